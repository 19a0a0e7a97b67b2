import type { ItemId, Ordinal } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { CatalogTable } from '../../shared/feature/catalog.ts';
import type { FeatureEvent } from '../../shared/feature/event.ts';
import { catalogValues, createItemState, updateItem } from '../../shared/feature/item.ts';
import type { ServedInput } from '../../shared/feature/served.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { HistoryEvent, HistoryItem, UserState } from '../../shared/feature/user.ts';
import { makesSeen, showsInterest } from '../../shared/policy/interest.ts';
import { type Taste, tasteItems, tasteOf } from '../../shared/policy/taste.ts';
import { type PopularTable, popularTables } from '../../shared/retrieval/popular.ts';
import { DecayedCounts } from '../candidate/decayed-counts.ts';
import type { Dataset } from '../log/dataset.ts';
import { createPastDevice, type PastDevice } from './device.ts';
import { featureEvent } from './event.ts';
import { createPastOnline } from './online.ts';
import type { Query } from './query.ts';

/** The world as a request sees it: made of events strictly before the query's time. Valid during the visit only. */
export interface AsOf {
  /** Time of the request: one millisecond before the interaction, so that what arrives with the interaction is not there yet. */
  readonly nowMs: number;
  readonly user: UserState;
  /** What the visitor's device keeps of their events, oldest first. */
  readonly events: readonly HistoryEvent[];
  /** Last distinct items that the visitor chose, newest first, at most limit.seeds. */
  readonly seeds: readonly Ordinal[];
  /** Categories of what the visitor last chose. */
  readonly taste: Taste;
  /** What the visitor chose or hid. */
  readonly seen: ReadonlySet<ItemId>;
  /** The same as ordinals. */
  readonly seenOrdinals: ReadonlySet<Ordinal>;
  /** Popularity lists of the day. */
  readonly popular: PopularTable;
  /** Decayed popularity per item up to this event, in a unit of its own: only its order has a meaning. */
  readonly popularity: Float64Array;
  /** The catalogue table with the rows of these items brought up to now; other rows are stale. */
  catalog(ordinals: ArrayLike<Ordinal>): CatalogTable;
  /** What the online store would have given for these items, in a request of the visit that the query is of. */
  online(ordinals: ArrayLike<Ordinal>): NonNullable<ServedInput['online']>;
}

export interface ReplayInput {
  readonly dataset: Dataset;
  readonly set: FeatureSet;
  /** By ordinal, as user state keeps them: with the vectors of the generators in use. */
  readonly historyItems: readonly HistoryItem[];
  /** Label weight by index of the event type. */
  readonly weights: Float32Array;
  readonly popularHalfLifeDays: number;
}

/** A site publishes its popularity lists about so often; building them for each query would take most of the time. */
const popularRefreshMs = 86_400_000;

/**
 * Runs through the log once in time order and calls `visit` for each query with the world as of its time. All events of one time are read
 * before any of them counts, so that nothing at or after an interaction is in its features, not even what happened in the same instant.
 * @param queries In time order.
 */
export function replay(input: ReplayInput, queries: readonly Query[], visit: (query: Query, world: AsOf) => void): void {
  const { events } = input.dataset;
  const world = createWorld(input, queries);
  let q = 0;
  for (let start = 0, end = 0; start < events.n && q < queries.length; start = end) {
    const tMs = events.tMs[start] as number;
    for (; q < queries.length && (queries[q] as Query).tMs <= tMs; q++)
      visit(queries[q] as Query, world.asOf(queries[q] as Query, start));
    for (; end < events.n && events.tMs[end] === tMs; end++) world.update(end);
  }
  for (; q < queries.length; q++) visit(queries[q] as Query, world.asOf(queries[q] as Query, events.n));
}

/** What the whole log leaves behind: the catalogue table and the popularity lists as of `nowMs`, for the release. */
export function replayAll(input: ReplayInput, nowMs: number): { readonly catalog: CatalogTable; readonly popular: PopularTable } {
  const world = createWorld(input, []);
  for (let e = 0; e < input.dataset.events.n; e++) world.update(e);
  const { catalog, popular } = world.asOf({ user: -1, tMs: nowMs + 1, targets: [], weights: [] }, input.dataset.events.n);
  return { catalog: catalog(input.dataset.items.map((_, ordinal) => ordinal)), popular };
}

interface Visitor {
  readonly device: PastDevice;
  /** In order of last choice, newest last. */
  readonly chosen: Set<Ordinal>;
  readonly seen: Set<ItemId>;
  readonly seenOrdinals: Set<Ordinal>;
}

function createWorld(input: ReplayInput, queries: readonly Query[]) {
  const { dataset, set, weights } = input;
  const { events, items } = dataset;
  const counts = new DecayedCounts(items.length, input.popularHalfLifeDays);
  const interacted = new Uint8Array(items.length);
  const itemStates = items.map(() => createItemState(set));
  const online = createPastOnline(set, items);
  const table = { columns: set.catalog, n: items.length, values: new Float32Array(items.length * set.catalog.length) };
  // Only visitors who are asked about need a history.
  const visitors = new Map<number, Visitor>();
  const newVisitor = (): Visitor => ({
    device: createPastDevice(set),
    chosen: new Set(),
    seen: new Set(),
    seenOrdinals: new Set(),
  });
  for (const { user } of queries) if (!visitors.has(user)) visitors.set(user, newVisitor());
  let popular: PopularTable | undefined;
  let popularAtMs = Number.NEGATIVE_INFINITY;

  const popularOf = popularTables(items);
  const popularAsOf = (nowMs: number): PopularTable => {
    if (popular && nowMs < popularAtMs + popularRefreshMs) return popular;
    const scores = Float32Array.from(counts.at(nowMs));
    for (let i = 0; i < scores.length; i++) if (interacted[i] === 0) scores[i] = Number.NaN;
    popularAtMs = nowMs;
    popular = popularOf(scores);
    return popular;
  };

  const newestItems = (chosen: ReadonlySet<Ordinal>) =>
    [...chosen]
      .slice(-tasteItems)
      .reverse()
      .flatMap((ordinal) => items[ordinal] ?? []);

  /** The visit that a query is of: what its interaction says of session and named entities, at or after event `from`. */
  const visitOf = ({ user, tMs, targets }: Query, from: number) => {
    for (let e = from; e < events.n && events.tMs[e] === tMs; e++)
      if (events.user[e] === user && targets.includes(events.item[e] as number)) return featureEvent(dataset, e);
    const key = events.users[user];
    return key === undefined ? {} : { user: key };
  };

  return {
    /** @param from first event that is not counted yet. */
    asOf(query: Query, from: number): AsOf {
      const { device, chosen, seen, seenOrdinals } = visitors.get(query.user) ?? newVisitor();
      const nowMs = query.tMs - 1;
      return {
        nowMs,
        user: device.state(),
        events: device.events(),
        seeds: [...chosen].slice(-limit.seeds).reverse(),
        taste: tasteOf(newestItems(chosen)),
        seen,
        seenOrdinals,
        popular: popularAsOf(nowMs),
        popularity: counts.relative,
        catalog(ordinals) {
          for (let i = 0; i < ordinals.length; i++) {
            const ordinal = ordinals[i] as number;
            const item = items[ordinal];
            const own = itemStates[ordinal];
            if (item && own) table.values.set(catalogValues(set, own, item, nowMs), ordinal * table.columns.length);
          }
          return table;
        },
        online(ordinals) {
          if (online.isEmpty) return {};
          const { user, session, entities }: Partial<FeatureEvent> = visitOf(query, from);
          const visit = {
            ...(user !== undefined && { user }),
            ...(session !== undefined && { session }),
            ...(entities && { entities }),
          };
          return online.values({ type: 'impression', tMs: nowMs, ...visit }, ordinals);
        },
      };
    },

    update(e: number): void {
      const ordinal = events.item[e] as number;
      const typeIndex = events.type[e] as number;
      const event = featureEvent(dataset, e);
      const { type, tMs } = event;
      const weight = weights[typeIndex] as number;
      const own = itemStates[ordinal];
      if (own) updateItem(set, own, event);
      online.update(event);
      if (weight > 0) {
        counts.add(ordinal, tMs, weight);
        interacted[ordinal] = 1;
      }
      const visitor = visitors.get(events.user[e] as number);
      const item = input.historyItems[ordinal];
      if (!visitor || !item) return;
      visitor.device.add({ ...event, item });
      if (showsInterest(type)) {
        visitor.chosen.delete(ordinal);
        visitor.chosen.add(ordinal);
      }
      if (makesSeen(type)) {
        visitor.seen.add(item.id);
        visitor.seenOrdinals.add(ordinal);
      }
    },
  };
}
