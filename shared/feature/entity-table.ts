import type { FeatureDefinition } from './definition.ts';
import {
  createEntity,
  type EntityPlan,
  type EntityState,
  entitiesOf,
  entityKey,
  entityPlan,
  readEntity,
  updateEntity,
} from './entity.ts';
import type { FeatureEvent } from './event.ts';

/** States of every entity of one kind, by key: what the online store keeps, where it all fits into memory. */
export interface EntityTable {
  readonly plan: EntityPlan;
  readonly states: Map<string, EntityState>;
}

/** An empty table per kind of entity that the definitions have, in their order. */
export const entityTables = (definitions: readonly FeatureDefinition[]): EntityTable[] =>
  entitiesOf(definitions).map((ref) => ({ plan: entityPlan(definitions, ref), states: new Map() }));

/** Adds an event to the entity that it names; to none where it names none. */
export function addToEntity({ plan, states }: EntityTable, event: FeatureEvent): void {
  const key = entityKey(plan.ref, event);
  if (key === undefined) return;
  const state = states.get(key) ?? createEntity();
  states.set(key, state);
  updateEntity(plan, state, event);
}

/** Raw values of the table's features, in their order; of an entity without events, those of a new one. */
export const entityValues = ({ plan, states }: EntityTable, key: string | undefined, nowMs: number): number[] =>
  readEntity(plan, (key === undefined ? undefined : states.get(key)) ?? createEntity(), nowMs).map(({ value }) => value);
