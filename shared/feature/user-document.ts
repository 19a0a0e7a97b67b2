import type { ItemId } from '../contract/id.ts';
import { fromBase64, toBase64 } from '../model/base64.ts';
import type { AggregateState } from './aggregate/kind.ts';
import type { HistoryEntry, HistoryItem } from './history.ts';
import type { FeatureSet } from './set.ts';
import type { UserState } from './user.ts';

const documentVersion = 1;

/** An item with its vector as base64 of little-endian float32, which is exact. */
type ItemDocument = Omit<HistoryItem, 'vector'> & { readonly vector?: string };

/** A visitor's state as JSON. It holds history: it is stored on the device and goes nowhere else. */
export interface UserDocument {
  readonly version: typeof documentVersion;
  readonly hash: string;
  readonly aggregates: readonly AggregateState[];
  readonly counts: readonly (readonly [ItemId, readonly number[]])[];
  /** Each item once. */
  readonly items: readonly ItemDocument[];
  /** [event type, time in ms, index in `items`], in time order. */
  readonly history: readonly (readonly [HistoryEntry['type'], number, number])[];
}

const bytesOf = (vector: Float32Array) => new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** The state as plain JSON; `restoreUser` gives back a state with exactly the same values. */
export function userDocument(state: UserState): UserDocument {
  const indexOf = new Map<HistoryItem, number>();
  const items: ItemDocument[] = [];
  const history = state.history.map(({ type, tMs, item }) => {
    const index = indexOf.get(item) ?? items.length;
    if (index === items.length) {
      indexOf.set(item, index);
      const { vector, ...rest } = item;
      items.push(vector ? { ...rest, vector: toBase64(bytesOf(vector)) } : rest);
    }
    return [type, tMs, index] as const;
  });
  const { hash, aggregates } = state;
  return { version: documentVersion, hash, aggregates, counts: [...state.counts], items, history };
}

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
    aggregates: document.aggregates.map((state) => [...state]),
    counts: new Map(document.counts.map(([id, counts]) => [id, [...counts]])),
    history: document.history.flatMap(([type, tMs, index]) => {
      const item = items[index];
      return item ? [{ type, tMs, item }] : [];
    }),
  };
}
