import type { HistoryItem } from '../history.ts';

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}

/** sums += weight * vector */
function add(sums: Float32Array, weight: number, vector: Float32Array): void {
  for (let d = 0; d < sums.length; d++) sums[d] = (sums[d] as number) + weight * (vector[d] as number);
}

/**
 * Cosine or inner product of the candidate's vector with the history's, whose vectors have length 1: with the newest (`last`), with their mean, weighted by
 * decay^rank (`mean`), or the greatest (`max`). `history` is newest first; the rank of an event counts those without a vector too.
 * A cosine is in [-1, 1], a product keeps the length of the candidate's vector; missing without a vector of the same space and dimension on either side.
 */
export function similarityOf(
  kind: 'last' | 'mean' | 'max',
  decay: number,
  history: readonly HistoryItem[],
  isCosine: boolean,
): (candidate: HistoryItem) => number {
  /** What candidates of a space and dimension are compared with: vectors of length 1. */
  const summarise = (space: string | undefined, dim: number): Float32Array[] => {
    const mean = new Float32Array(dim);
    const units: Float32Array[] = [];
    for (const [rank, { vector, space: own }] of history.entries()) {
      const length = vector?.length === dim && own === space ? Math.sqrt(dot(vector, vector)) : 0;
      if (!vector || !(length > 0)) continue;
      const unit = new Float32Array(dim);
      add(unit, 1 / length, vector);
      units.push(unit);
      add(mean, decay ** rank, unit);
    }
    if (kind === 'last') return units.slice(0, 1);
    if (kind === 'max') return units;
    const length = Math.sqrt(dot(mean, mean));
    return length > 0 ? [mean.map((x) => x / length)] : [];
  };
  // Candidates of one call are of one space and dimension: the summary is made for the first and kept.
  let made: { readonly space: string | undefined; readonly dim: number; readonly units: Float32Array[] } | undefined;
  return ({ vector, space }) => {
    const length = vector ? Math.sqrt(dot(vector, vector)) : 0;
    if (!vector || !(length > 0)) return Number.NaN;
    if (made?.space !== space || made?.dim !== vector.length)
      made = { space, dim: vector.length, units: summarise(space, vector.length) };
    let best = Number.NaN;
    for (const unit of made.units) {
      const product = dot(vector, unit);
      if (!(product <= best)) best = product;
    }
    return isCosine ? Math.max(-1, Math.min(1, best / length)) : best;
  };
}
