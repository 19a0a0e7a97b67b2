import type { Ordinal } from '../../shared/contract/id.ts';
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
import type { ServedInput } from '../../shared/feature/served.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { Dataset } from '../log/dataset.ts';

/** The online store of the past: the same code over the log, as of one time after the other. */
export interface PastOnline {
  update(event: FeatureEvent): void;
  /** Raw values of the set's online features for a request of that visitor, session and named entities; see ServedInput. */
  values(request: Omit<FeatureEvent, 'item'>, ordinals: ArrayLike<Ordinal>): NonNullable<ServedInput['online']>;
}

interface Kind {
  readonly plan: EntityPlan;
  readonly states: Map<string, EntityState>;
}

export function createPastOnline(set: FeatureSet, items: Dataset['items']): PastOnline {
  const kinds = entitiesOf(set.definitionOf.edge).map(
    (ref): Kind => ({ plan: entityPlan(set.definitionOf.edge, ref), states: new Map() }),
  );
  const read = ({ plan, states }: Kind, key: string, nowMs: number) => readEntity(plan, states.get(key) ?? createEntity(), nowMs);

  return {
    update(event) {
      for (const { plan, states } of kinds) {
        const key = entityKey(plan.ref, event);
        if (key === undefined) continue;
        const state = states.get(key) ?? createEntity();
        states.set(key, state);
        updateEntity(plan, state, event);
      }
    },

    values(request, ordinals) {
      const n = ordinals.length;
      const values: Record<string, number | Float64Array> = {};
      for (const kind of kinds) {
        const { ref, features } = kind.plan;
        if (ref.entity === 'item' || ref.entity === 'userItem') {
          const columns = features.map(() => new Float64Array(n).fill(Number.NaN));
          for (let i = 0; i < n; i++) {
            const item = items[ordinals[i] as number];
            const key = entityKey(ref, item ? { ...request, item } : request);
            if (key === undefined) continue;
            for (const [f, { value }] of read(kind, key, request.tMs).entries()) (columns[f] as Float64Array)[i] = value;
          }
          for (const [f, { name }] of features.entries()) values[name] = columns[f] as Float64Array;
        } else {
          const key = entityKey(ref, request);
          // Nobody asks for an entity that the request does not name: missing, not the value of one without events.
          if (key === undefined) continue;
          for (const [f, { value }] of read(kind, key, request.tMs).entries())
            values[(features[f] as { name: string }).name] = value;
        }
      }
      return values;
    },
  };
}
