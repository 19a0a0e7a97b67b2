import type { OnlinePlace } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { type EntityPlan, entitiesOf, entityPlan } from '../../shared/feature/entity.ts';
import { fnv1a } from '../../shared/feature/fnv1a.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';

/** Where an item's state is kept. */
export const itemPlace = (item: string): OnlinePlace & { readonly kind: 'item' } => ({
  kind: 'item',
  shard: fnv1a(item) % limit.itemShards,
});

/** Plans of the aggregates that the online store keeps, by where their entities are. A visitor's events on an item are kept with the visitor. */
export interface OnlinePlans {
  readonly item?: EntityPlan;
  readonly user?: EntityPlan;
  readonly userItem?: EntityPlan;
  readonly session?: EntityPlan;
  readonly named: readonly (EntityPlan & { readonly ref: { readonly entity: 'named'; readonly key: string } })[];
}

/** @param definitions Of one feature set to read, of all that are live to update. Undefined: none is the store's. */
export function onlinePlans(definitions: readonly FeatureDefinition[]): OnlinePlans | undefined {
  const refs = entitiesOf(definitions);
  if (refs.length === 0) return undefined;
  const plans: { -readonly [Kind in keyof OnlinePlans]?: OnlinePlans[Kind] } = {};
  const named: OnlinePlans['named'][number][] = [];
  for (const ref of refs) {
    const plan = entityPlan(definitions, ref);
    if (ref.entity === 'named') named.push({ ...plan, ref });
    else plans[ref.entity] = plan;
  }
  return { ...plans, named };
}

const known = new WeakMap<FeatureSet, { readonly plans: OnlinePlans | undefined }>();

/** Plans of what a release's own rankers take. */
export function plansOf(set: FeatureSet): OnlinePlans | undefined {
  const held = known.get(set) ?? { plans: onlinePlans(set.definitionOf.edge) };
  known.set(set, held);
  return held.plans;
}
