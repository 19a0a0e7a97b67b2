import type { ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import { createEntity, type EntityState, entityKey, readEntity, updateEntity } from '../../shared/feature/entity.ts';
import { addToEntity, type EntityTable, entityTables, entityValues } from '../../shared/feature/entity-table.ts';
import type { EventItem, FeatureEvent } from '../../shared/feature/event.ts';
import { finalValue } from '../../shared/feature/final.ts';
import type { ServedInput } from '../../shared/feature/served.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { ReceivedEvent } from '../log/received.ts';

/**
 * How long an event may be on its way from its receipt into the online store: the queue waits for a second and tries again after twenty (wrangler.toml), so
 * that this is two deliveries that failed, with time to spare.
 */
export const onlineLagMs = 60_000;

const lateMs = limit.onlineLateSeconds * 1000;

/** A request for values, as a slate's record tells of it. */
export interface OnlineRequest {
  readonly nowMs: number;
  readonly items: readonly ItemId[];
  /** Whose values: user, session and named entities, as far as they were sent. */
  readonly visit: Pick<FeatureEvent, 'user' | 'session' | 'entities'>;
  /** Value that was served of a feature, for the item in this row; NaN: missing. */
  served(feature: string, row: number): number;
}

/** What the online store held at times of the past, as far as a log tells. */
export interface OnlineLog {
  /**
   * Raw values, see ServedInput. The store is behind the log by what is on its way to it: of the values that an entity had with its events received up to
   * some time in the last `onlineLagMs`, as of `nowMs`, this is the one closest to what was served. Without a key there is no value.
   * Undefined when the time of a request before was later by more than `onlineLagMs`: what an entity had then is not known any more.
   */
  values(request: OnlineRequest): Promise<ServedInput['online']>;
}

interface Kind {
  readonly table: EntityTable;
  /** Since when the store keeps these features. */
  readonly sinceMs: number;
  /** Events that may be on their way, by entity, in order of receipt. */
  readonly waiting: Map<string, ReceivedEvent[]>;
}

/**
 * @param events in order of receipt.
 * @param sinceMs time when the store began to keep a feature: events that were received before are not in its states.
 */
export function createOnlineLog(
  set: FeatureSet,
  events: AsyncIterator<ReceivedEvent, undefined>,
  sinceMs: (feature: string) => number,
): OnlineLog {
  const kinds = kindsOf(set, sinceMs);
  let next: Promise<IteratorResult<ReceivedEvent, undefined>> | undefined;
  let latestMs = Number.NEGATIVE_INFINITY;

  const receiveUntil = async (nowMs: number) => {
    for (;;) {
      next ??= events.next();
      const { done, value } = await next;
      if (done || value.receivedMs > nowMs) return;
      for (const kind of kinds) receive(kind, value);
      next = undefined;
    }
  };

  return {
    async values(request) {
      const { nowMs, items, visit } = request;
      if (nowMs < latestMs - onlineLagMs) return undefined;
      latestMs = Math.max(latestMs, nowMs);
      await receiveUntil(nowMs);
      const online: Record<string, number | Float64Array> = {};
      for (const kind of kinds) {
        const { ref, features } = kind.table.plan;
        const isOfItem = ref.entity === 'item' || ref.entity === 'userItem';
        const rows = isOfItem ? items : items.slice(0, 1);
        for (const [row, id] of rows.entries()) {
          const key = entityKey(ref, { ...visit, type: 'impression', tMs: nowMs, item: { id } });
          if (key === undefined) break;
          const possible = possibleValues(kind, key, nowMs);
          for (const [f, feature] of features.entries()) {
            const served = request.served(feature.name, row);
            const raws = possible.map((values) => values[f] as number);
            const raw = raws.reduce((best, other) =>
              distance(finalValue(feature, other), served) < distance(finalValue(feature, best), served) ? other : best,
            );
            if (!isOfItem) online[feature.name] = raw;
            else {
              const column = online[feature.name];
              const into = column instanceof Float64Array ? column : new Float64Array(items.length);
              into[row] = raw;
              online[feature.name] = into;
            }
          }
        }
      }
      return online;
    },
  };
}

/** Between values as float32, as they are served. */
function distance(value: number, served: number): number {
  if (Number.isNaN(value) || Number.isNaN(served))
    return Number.isNaN(value) === Number.isNaN(served) ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(Math.fround(value) - served);
}

function kindsOf(set: FeatureSet, sinceMs: (feature: string) => number): Kind[] {
  const all = set.definitionOf.edge;
  return [...new Set(all.map(({ name }) => sinceMs(name)))].flatMap((start) => {
    const own = all.filter(({ name }) => sinceMs(name) === start);
    return entityTables(own).map((table): Kind => ({ table, sinceMs: start, waiting: new Map() }));
  });
}

function receive(kind: Kind, event: ReceivedEvent): void {
  const { receivedMs, tMs } = event;
  const key = entityKey(kind.table.plan.ref, event);
  if (key === undefined || receivedMs < kind.sinceMs || tMs <= receivedMs - lateMs) return;
  settle(kind, key, receivedMs - onlineLagMs);
  const waiting = kind.waiting.get(key);
  if (waiting) waiting.push(event);
  else kind.waiting.set(key, [event]);
}

/** What was received up to then is in the entity's state. */
function settle({ table, waiting }: Kind, key: string, untilMs: number): void {
  const events = waiting.get(key) ?? [];
  while (events[0] !== undefined && events[0].receivedMs <= untilMs) addToEntity(table, events.shift() as ReceivedEvent);
  if (events.length === 0) waiting.delete(key);
}

/** Values of an entity without its events that may be on their way, then with one batch of them after the other. */
function possibleValues(kind: Kind, key: string, nowMs: number): readonly (readonly number[])[] {
  const { table, waiting } = kind;
  settle(kind, key, nowMs - onlineLagMs);
  const possible = [entityValues(table, key, nowMs)];
  const events = (waiting.get(key) ?? []).filter(({ receivedMs }) => receivedMs <= nowMs);
  if (events.length === 0) return possible;
  const state = table.states.get(key) ?? createEntity();
  const copy: EntityState = { version: state.version, ids: [...state.ids], aggregates: structuredClone(state.aggregates) };
  for (const batch of Map.groupBy(events, ({ receivedMs }) => receivedMs).values()) {
    for (const event of batch) updateEntity(table.plan, copy, event);
    possible.push(readEntity(table.plan, copy, nowMs).map(({ value }) => value));
  }
  return possible;
}

/** Whether the features of an entity were not read for an answer, or read from copies of an age that nobody knows. @param degraded "stage/reason" */
export const isUnread = (degraded: readonly string[], entity: string): boolean =>
  degraded.some(
    (text) =>
      text === `features/store-late:${entity}` ||
      text === `features/store-failed:${entity}` ||
      (entity === 'item' && text === 'features/item-copy'),
  );

/** Items of events, as the store knows them. */
export function eventItems(items: readonly EventItem[]): (id: string) => EventItem {
  const byId = new Map(items.map((item) => [item.id as string, item]));
  return (id) => {
    const item = byId.get(id);
    if (!item) return { id: id as ItemId };
    const { categories, brand, price } = item;
    return {
      id: item.id,
      ...(categories !== undefined && { categories }),
      ...(brand !== undefined && { brand }),
      ...(price !== undefined && { price }),
    };
  };
}
