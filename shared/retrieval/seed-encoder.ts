import type { Ordinal } from '../contract/id.ts';
import type { Encoder } from '../model/encoder.ts';
import { rowOf, type VectorTable } from '../vector/table.ts';

/**
 * Makes the query of a visit by a model of the release: float32 [dim], zeros when no seed has a vector. @param seeds newest first.
 * @throws RangeError when a seed is not an item of the table, the table's vectors have another length or the query is not finite.
 */
export type SeedEncoder = (vectors: VectorTable, seeds: readonly Ordinal[]) => Float32Array;

/**
 * Reads seeds as the network was trained on histories: one row of
 *
 *   the number of segments, where the network knows segments: which one the visitor is of is unknown
 *   [last] 1 where there is an item, 0 before the first; the newest is the last place
 *   [last x rank] the items' vectors of the release, zeros before the first
 *
 * Seeds without a vector are left out. Vectors are those of int8, which every release has whatever its size.
 * @throws RangeError for a model that takes another input.
 */
export function seedEncoder(encoder: Encoder): SeedEncoder {
  const number = (name: string) => Number(encoder.metadata[`vitrine.${name}`] ?? Number.NaN);
  const [last, rank] = [number('last'), number('rank')];
  const segments = encoder.metadata['vitrine.segments'] === undefined ? [] : [number('segments')];
  const lead = segments.length;
  if (!(last >= 1 && rank >= 1 && segments.every(Number.isFinite) && encoder.columns === lead + last + last * rank))
    throw new RangeError(`encoder: ${encoder.columns} columns for ${last} places of ${rank} and ${lead} more`);
  return (vectors, seeds) => {
    if (vectors.dim !== rank) throw new RangeError(`encoder: vectors of ${vectors.dim}, it takes ${rank}`);
    const input = new Float32Array(encoder.columns);
    input.set(segments);
    let place = last;
    for (const seed of seeds) {
      const row = rowOf(vectors, seed);
      if (place === 0 || vectors.scales[seed] === 0) continue;
      place--;
      input[lead + place] = 1;
      input.set(row, lead + last + place * rank);
    }
    if (place === last) return new Float32Array(rank);
    const query = encoder.run(input, 1);
    if (query.length !== rank || !query.every(Number.isFinite)) throw new RangeError('encoder: the query is not finite');
    return query;
  };
}
