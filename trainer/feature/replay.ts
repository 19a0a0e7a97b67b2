import type { ItemId } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import { assemble } from '../../shared/feature/assemble.ts';
import { createFeatureSet } from '../../shared/feature/create.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import {
  createEntity,
  type EntityPlan,
  type EntityState,
  entitiesOf,
  entityKey,
  entityPlan,
  readEntity,
  updateEntity,
} from '../../shared/feature/entity.ts';
import type { FeatureEvent } from '../../shared/feature/event.ts';
import { catalogValues, createItemState, type ItemState, updateItem } from '../../shared/feature/item.ts';
import { isDuplicate } from '../../shared/feature/recent-ids.ts';
import { servedValues } from '../../shared/feature/served.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { createUserState, type HistoryItem, type UserState, updateUser } from '../../shared/feature/user.ts';
import type { FeatureQuery } from './query.ts';

/** An item as all executors see it. */
export type ReplayItem = Item & { readonly vector?: Float32Array };

/** An event whose item is known by id; the replay looks the item up. */
export type ReplayEvent = Omit<FeatureEvent, 'item'> & { readonly item: string };

/** The three streaming executors over one log: catalogue states, the online store's entities and a visitor's device, put together by assemble. */
export interface Replay {
  /** Adds one event, in the order of arrival. */
  add(event: ReplayEvent): void;
  /** All features of a query over the events so far: Float32 [definitions], final values. Add events at or after its time afterwards. */
  values(query: FeatureQuery): Float32Array;
}

interface Online {
  readonly plan: EntityPlan;
  readonly states: Map<string, EntityState>;
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

/** @throws Error for definitions that createFeatureSet refuses. */
export function createReplay(definitions: readonly FeatureDefinition[], items: readonly ReplayItem[]): Replay {
  const set = openAll(definitions);
  const itemOf = new Map(items.map((item) => [item.id as string, item]));
  const catalog = new Map<string, { readonly state: ItemState; readonly ids: string[] }>();
  const users = new Map<string, UserState>();
  const online: Online[] = entitiesOf(set.definitionOf.edge).map((ref) => ({
    plan: entityPlan(set.definitionOf.edge, ref),
    states: new Map(),
  }));
  const newCatalogState = () => ({ state: createItemState(set), ids: [] });
  const newUserState = () => createUserState(set);
  const known = (id: string): HistoryItem => itemOf.get(id) ?? { id: id as ItemId, categories: [] };

  return {
    add(row) {
      const item = known(row.item);
      const event = { ...row, item };
      if (set.catalog.length > 0) {
        const { state, ids } = valueAt(catalog, row.item, newCatalogState);
        if (!isDuplicate(ids, row.id)) updateItem(set, state, event);
      }
      for (const { plan, states } of online) {
        const key = entityKey(plan.ref, event);
        if (key !== undefined) updateEntity(plan, valueAt(states, key, createEntity), event);
      }
      if (set.device.length > 0 && row.user !== undefined) updateUser(set, valueAt(users, row.user, newUserState), event);
    },

    values(query) {
      const { tMs: nowMs, timeZoneMinutes = 0, device = 'other', country, surface, position } = query;
      const item = known(query.item);
      const asEvent: FeatureEvent = { ...query, type: 'impression', item };
      const raw: Record<string, number> = {};
      for (const { plan, states } of online) {
        const key = entityKey(plan.ref, asEvent);
        const state = (key === undefined ? undefined : states.get(key)) ?? createEntity();
        for (const [i, { value }] of readEntity(plan, state, nowMs).entries())
          raw[(plan.features[i] as { name: string }).name] = value;
      }
      const own = catalog.get(query.item)?.state ?? createItemState(set);
      const served = servedValues(set, {
        n: 1,
        ordinals: [0],
        catalog: { columns: set.catalog, n: 1, values: catalogValues(set, own, itemOf.get(query.item) ?? {}, nowMs) },
        items: [itemOf.get(query.item) ?? {}],
        sourceScores: Object.fromEntries(Object.entries(query.sources ?? {}).map(([source, score]) => [source, [score]])),
        online: raw,
        ...(position !== undefined && { positions: [position] }),
        nowMs,
        timeZoneMinutes,
        device,
        ...(country !== undefined && { country }),
        ...(surface !== undefined && { surface }),
      });
      const visitor = (query.user === undefined ? undefined : users.get(query.user)) ?? newUserState();
      return assemble(set, 'heavy', 1, served, deviceValues(set, visitor, [item], nowMs));
    },
  };
}
