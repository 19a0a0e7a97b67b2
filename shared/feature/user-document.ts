import type { ItemId } from '../contract/id.ts';
import { fromBase64, toBase64 } from '../model/base64.ts';
import type { HistoryEntry, HistoryItem } from './history.ts';
import type { FeatureSet } from './set.ts';
import type { OwnAggregates, UserState } from './user.ts';

const documentVersion = 2;

/** An item with its vector as base64 of little-endian float32, which is exact. */
type ItemDocument = Omit<HistoryItem, 'vector'> & { readonly vector?: string };

/** A visitor's state as JSON. It holds history: it is stored on the device and goes nowhere else. */
export interface UserDocument {
  readonly version: typeof documentVersion;
  readonly hash: string;
  readonly aggregates: OwnAggregates;
  readonly own: readonly (readonly [ItemId, OwnAggregates])[];
  /** Items of history, each once. */
  readonly items: readonly ItemDocument[];
  /** [event type, time in ms, index in `items`, event id if it has one], in order. */
  readonly history: readonly (readonly [type: HistoryEntry['type'], tMs: number, item: number, id?: string])[];
  readonly ids: readonly string[];
}

const bytesOf = (vector: Float32Array) => new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** The state as plain JSON, a view of it until it is written; `restoreUser` gives back a state with exactly the same values. */
export function userDocument(state: UserState): UserDocument {
  const indexOf = new Map<HistoryItem, number>();
  const items: ItemDocument[] = [];
  const history = state.history.map(({ type, tMs, item, id }) => {
    const index = indexOf.get(item) ?? items.length;
    if (index === items.length) {
      indexOf.set(item, index);
      const { vector, ...rest } = item;
      items.push(vector ? { ...rest, vector: toBase64(bytesOf(vector)) } : rest);
    }
    return id === undefined ? ([type, tMs, index] as const) : ([type, tMs, index, id] as const);
  });
  const { hash, aggregates, ids } = state;
  return { version: documentVersion, hash, aggregates, own: [...state.items], items, history, ids };
}

const copied = (aggregates: OwnAggregates): OwnAggregates =>
  Object.fromEntries(
    Object.entries(aggregates).map(([column, { newestMs, cells }]) => [column, { newestMs, cells: [...cells] }]),
  );

/**
 * The state of a stored document. Undefined when it is of another feature set or format: replay the events that are kept.
 * A document is the device's own writing: its version and hash are checked, not every field.
 */
export function restoreUser(set: FeatureSet, document: UserDocument): UserState | undefined {
  if (document.version !== documentVersion || document.hash !== set.hash) return undefined;
  const items = document.items.map(({ vector, ...rest }): HistoryItem => {
    if (vector === undefined) return rest;
    return { ...rest, vector: new Float32Array(fromBase64(vector).buffer) };
  });
  return {
    hash: document.hash,
    aggregates: copied(document.aggregates),
    items: new Map(document.own.map(([id, aggregates]) => [id, copied(aggregates)])),
    history: document.history.flatMap(([type, tMs, index, id]) => {
      const item = items[index];
      return item ? [{ type, tMs, item, ...(id !== undefined && { id }) }] : [];
    }),
    ids: [...document.ids],
  };
}
