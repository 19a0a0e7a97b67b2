import { canonicalJson } from '../contract/canonical.ts';
import { createAggregate, isCounted, updateAggregate } from './aggregate/aggregate.ts';
import type { AggregateState } from './aggregate/kind.ts';
import { textsOf } from './aggregate/operand.ts';
import type { AggregateFeature, FeatureDefinition, ValueRules } from './definition.ts';
import type { FeatureEvent } from './event.ts';
import { fnv1a } from './fnv1a.ts';
import { type Reading, readValue } from './read.ts';
import { isDuplicate } from './recent-ids.ts';

/** What the online store keeps state of: one item, visitor, session, visitor and item, or named entity. */
export type EntityRef =
  | { readonly entity: 'item' | 'user' | 'session' | 'userItem' }
  | { readonly entity: 'named'; readonly key: string };

export type AggregateDefinition = AggregateFeature & ValueRules & { readonly name: string };

/** The aggregates of one kind of entity, of one feature set or of several that are live at the same time. */
export interface EntityPlan {
  readonly ref: EntityRef;
  readonly features: readonly AggregateDefinition[];
  /** Per feature: name and digest of what it computes. Features that compute the same under one name share their state. */
  readonly keys: readonly string[];
}

/** Stored form of EntityState: increases when its meaning changes. */
const stateVersion = 1;

/**
 * Streaming state of one entity: plain JSON and structured clone both keep it exactly. Features that a plan adds begin without events. Memory: recentIds
 * event ids, and per feature what aggregate/spec.ts says.
 */
export interface EntityState {
  readonly version: typeof stateVersion;
  readonly ids: string[];
  /** By key of the plan; absent before the first event that counts. */
  readonly aggregates: Record<string, AggregateState>;
}

const isSame = (a: EntityRef, b: EntityRef) => a.entity === b.entity && (a.entity !== 'named' || a.key === (b as typeof a).key);

/** Aggregates with placement `edge`: what the online store keeps. */
export const isOnline = (definition: FeatureDefinition): definition is AggregateDefinition =>
  'aggregate' in definition && definition.placement === 'edge';

/** The kinds of entity that these definitions need state of, in definition order. */
export function entitiesOf(definitions: readonly FeatureDefinition[]): EntityRef[] {
  const refs: EntityRef[] = [];
  for (const definition of definitions.filter(isOnline))
    if (!refs.some((ref) => isSame(ref, definition)))
      refs.push(definition.entity === 'named' ? { entity: 'named', key: definition.key } : { entity: definition.entity });
  return refs;
}

/**
 * Plan of one kind of entity. `definitions`: of a feature set, or of several sets one after the other. Where releases with different sets are live, the store
 * restores and updates by the plan of all of them and reads by the plan of one.
 */
export function entityPlan(definitions: readonly FeatureDefinition[], ref: EntityRef): EntityPlan {
  const byKey = new Map<string, AggregateDefinition>();
  for (const definition of definitions.filter(isOnline)) {
    const { name, aggregate, events, where } = definition;
    const key = `${name}.${fnv1a(canonicalJson({ aggregate, events, where })).toString(16)}`;
    if (isSame(ref, definition) && !byKey.has(key)) byKey.set(key, definition);
  }
  return { ref, features: [...byKey.values()], keys: [...byKey.keys()] };
}

/** Key of the entity that the event belongs to; undefined when it names none. A visitor and an item are written as JSON. */
export function entityKey(ref: EntityRef, event: FeatureEvent): string | undefined {
  if (ref.entity === 'named') return textsOf(event, `entities.${ref.key}`)[0];
  if (ref.entity !== 'userItem') return textsOf(event, ref.entity)[0];
  const { user, item } = event;
  return user === undefined || item === undefined ? undefined : JSON.stringify([user, item.id]);
}

/** State of an entity without events. */
export const createEntity = (): EntityState => ({ version: stateVersion, ids: [], aggregates: {} });

/** Adds one event of this entity. False when it was a duplicate and changed nothing. For values as of an event's time, read before adding it. */
export function updateEntity(plan: EntityPlan, state: EntityState, event: FeatureEvent): boolean {
  if (isDuplicate(state.ids, event.id)) return false;
  for (const [i, feature] of plan.features.entries()) {
    if (!isCounted(feature, event)) continue;
    const key = plan.keys[i] as string;
    state.aggregates[key] ??= createAggregate();
    updateAggregate(feature, state.aggregates[key], event);
  }
  return true;
}

/** Raw values with their ages, in the order of `plan.features`. An entity that was never seen: `createEntity()`. */
export const readEntity = (plan: EntityPlan, state: EntityState, nowMs: number): Reading[] =>
  plan.features.map((feature, i) => readValue(feature, state.aggregates[plan.keys[i] as string] ?? createAggregate(), nowMs));

/**
 * The state of a stored document, parsed from JSON; without the aggregates that are in none of the plan's features. Undefined when it is of another format.
 * A document is the store's own writing: its version is checked, not every field.
 */
export function restoreEntity(plan: EntityPlan, document: EntityState): EntityState | undefined {
  if (document.version !== stateVersion) return undefined;
  const kept = plan.keys.flatMap((key): [string, AggregateState][] => {
    const state = document.aggregates[key];
    return state ? [[key, { newestMs: state.newestMs, cells: [...state.cells] }]] : [];
  });
  return { version: stateVersion, ids: [...document.ids], aggregates: Object.fromEntries(kept) };
}
