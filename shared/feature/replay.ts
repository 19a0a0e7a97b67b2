import type { ItemId } from '../contract/id.ts';
import type { Item } from '../contract/item.ts';
import { assemble } from './assemble.ts';
import { createFeatureSet } from './create.ts';
import type { FeatureDefinition } from './definition.ts';
import { deviceValues } from './device.ts';
import { type EntityState, entityKey } from './entity.ts';
import { addToEntity, entityTables, entityValues } from './entity-table.ts';
import type { FeatureEvent } from './event.ts';
import { catalogValues, createItemState, type ItemState, updateItem } from './item.ts';
import type { FeatureQuery } from './query.ts';
import { isDuplicate } from './recent-ids.ts';
import { servedValues } from './served.ts';
import { type FeatureSet, openFeatureSet } from './set.ts';
import { createUserState, type HistoryItem, type UserState, updateUser } from './user.ts';
import type { DeviceValues } from './values.ts';

/** An item as all executors see it. */
export type ReplayItem = Item & { readonly vector?: Float32Array };

/** An event whose item is known by id; the replay looks the item up. */
export type ReplayEvent = Omit<FeatureEvent, 'item'> & { readonly item: string };

/** All that a replay knows. Structured clone keeps it exactly. */
export interface ReplayState {
  readonly catalog: Map<string, { readonly state: ItemState; readonly ids: string[] }>;
  readonly users: Map<string, UserState>;
  /** Per kind of entity that the definitions have, in their order. */
  readonly online: readonly Map<string, EntityState>[];
}

/** The three streaming executors over one log: catalogue states, the online store's entities and a visitor's device, put together by assemble. */
export interface Replay {
  readonly set: FeatureSet;
  readonly state: ReplayState;
  /** Adds one event, in the order of arrival. */
  add(event: ReplayEvent): void;
  /**
   * All features of a query over the events so far: Float32 [definitions], final values. Add events at or after its time afterwards.
   * @param device values of the set's device features, of another executor. Default: what this replay knows of the visitor.
   */
  values(query: FeatureQuery, device?: DeviceValues): Float32Array;
  /** An item by its id, with nothing but the id when it is not among the items. */
  item(id: string): HistoryItem;
}

/** Value of a map, made at its first use. */
function valueAt<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

/** A set of all definitions, for both rankers need at least one column. */
function openAll(definitions: readonly FeatureDefinition[]) {
  const clock: FeatureDefinition = { name: 'replayHour', entity: 'context', context: 'hour', placement: 'edge' };
  const heavy = definitions.map(({ name }) => name);
  return openFeatureSet(createFeatureSet({ definitions: [...definitions, clock], light: [clock.name], heavy }));
}

/**
 * @param state of an earlier replay of the same definitions, to go on with; it is changed. Default: without events.
 * @throws Error for definitions that createFeatureSet refuses.
 */
export function createReplay(
  definitions: readonly FeatureDefinition[],
  items: readonly ReplayItem[],
  state?: ReplayState,
): Replay {
  const set = openAll(definitions);
  const itemOf = new Map(items.map((item) => [item.id as string, item]));
  const empty = entityTables(set.definitionOf.edge);
  const all = state ?? { catalog: new Map(), users: new Map(), online: empty.map(({ states }) => states) };
  const { catalog, users } = all;
  const online = empty.map(({ plan }, i) => ({ plan, states: all.online[i] as Map<string, EntityState> }));
  const newCatalogState = () => ({ state: createItemState(set), ids: [] });
  const newUserState = () => createUserState(set);
  const known = (id: string): HistoryItem => itemOf.get(id) ?? { id: id as ItemId, categories: [] };

  return {
    set,
    state: all,
    item: known,
    add(row) {
      const event = { ...row, item: known(row.item) };
      if (set.catalog.length > 0) {
        const { state, ids } = valueAt(catalog, row.item, newCatalogState);
        if (!isDuplicate(ids, row.id)) updateItem(set, state, event);
      }
      for (const table of online) addToEntity(table, event);
      if (set.device.length > 0 && row.user !== undefined) updateUser(set, valueAt(users, row.user, newUserState), event);
    },

    values(query, own) {
      const { tMs: nowMs, timeZoneMinutes = 0, device = 'other', country, surface, position } = query;
      const item = known(query.item);
      const asEvent: FeatureEvent = { ...query, type: 'impression', item };
      const raw: Record<string, number> = {};
      for (const table of online) {
        const values = entityValues(table, entityKey(table.plan.ref, asEvent), nowMs);
        for (const [i, { name }] of table.plan.features.entries()) raw[name] = values[i] as number;
      }
      const { state: counted } = catalog.get(query.item) ?? newCatalogState();
      const served = servedValues(set, {
        n: 1,
        ordinals: [0],
        catalog: { columns: set.catalog, n: 1, values: catalogValues(set, counted, itemOf.get(query.item) ?? {}, nowMs) },
        items: [itemOf.get(query.item) ?? {}],
        sourceScores: Object.fromEntries(Object.entries(query.sources ?? {}).map(([source, score]) => [source, [score]])),
        online: raw,
        seeds: (query.seeds ?? []).filter((id) => itemOf.has(id)).map(known),
        compared: () => item,
        ...(position !== undefined && { positions: [position] }),
        nowMs,
        timeZoneMinutes,
        device,
        ...(country !== undefined && { country }),
        ...(surface !== undefined && { surface }),
      });
      const visitor = (query.user === undefined ? undefined : users.get(query.user)) ?? newUserState();
      return assemble(set, 'heavy', 1, served, own ?? deviceValues(set, visitor, [item], nowMs));
    },
  };
}
