import type { Ordinal } from '../../shared/contract/id.ts';
import { entityKey } from '../../shared/feature/entity.ts';
import { addToEntity, entityTables, entityValues } from '../../shared/feature/entity-table.ts';
import type { FeatureEvent } from '../../shared/feature/event.ts';
import type { ServedInput } from '../../shared/feature/served.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { Dataset } from '../log/dataset.ts';

/** The online store of the past: the same code over the log, as of one time after the other. */
export interface PastOnline {
  /** Whether the set has no online feature: nothing is kept, and there are no values. */
  readonly isEmpty: boolean;
  update(event: FeatureEvent): void;
  /** Raw values of the set's online features for a request of that visitor, session and named entities; see ServedInput. */
  values(request: Omit<FeatureEvent, 'item'>, ordinals: ArrayLike<Ordinal>): NonNullable<ServedInput['online']>;
}

export function createPastOnline(set: FeatureSet, items: Dataset['items']): PastOnline {
  const tables = entityTables(set.definitionOf.edge);

  return {
    isEmpty: tables.length === 0,

    update(event) {
      for (const table of tables) addToEntity(table, event);
    },

    values(request, ordinals) {
      const n = ordinals.length;
      const values: Record<string, number | Float64Array> = {};
      for (const table of tables) {
        const { ref, features } = table.plan;
        if (ref.entity === 'item' || ref.entity === 'userItem') {
          const columns = features.map(() => new Float64Array(n).fill(Number.NaN));
          for (let i = 0; i < n; i++) {
            const item = items[ordinals[i] as number];
            const key = entityKey(ref, item ? { ...request, item } : request);
            if (key === undefined) continue;
            for (const [f, value] of entityValues(table, key, request.tMs).entries()) (columns[f] as Float64Array)[i] = value;
          }
          for (const [f, { name }] of features.entries()) values[name] = columns[f] as Float64Array;
        } else {
          const key = entityKey(ref, request);
          // Nobody asks for an entity that the request does not name: missing, not the value of one without events.
          if (key === undefined) continue;
          for (const [f, value] of entityValues(table, key, request.tMs).entries())
            values[(features[f] as { name: string }).name] = value;
        }
      }
      return values;
    },
  };
}
