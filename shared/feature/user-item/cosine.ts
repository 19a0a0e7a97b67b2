import type { HistoryItem } from '../history.ts';

/** A vector of length 1; undefined for one without a direction. */
function normalised(vector: Float32Array | undefined): Float64Array | undefined {
  if (!vector) return undefined;
  let squares = 0;
  for (let d = 0; d < vector.length; d++) squares += (vector[d] as number) ** 2;
  return squares > 0 ? Float64Array.from(vector, (x) => x / Math.sqrt(squares)) : undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}

/**
 * Cosine of the candidate's vector with the history's: with the newest (`last`), with the mean of the normalised vectors weighted by
 * decay^rank (`mean`), or the greatest (`max`). `history` is newest first; the rank of an event counts those without a vector too.
 * In [-1, 1]; missing without a vector of the same space and dimension on either side.
 */
export function cosineOf(
  kind: 'last' | 'mean' | 'max',
  decay: number,
  history: readonly HistoryItem[],
): (candidate: HistoryItem) => number {
  const vectors = history.map(({ vector }) => normalised(vector));
  const summarise = (space: string | undefined, dim: number): Float64Array[] => {
    const mean = new Float64Array(dim);
    const usable: Float64Array[] = [];
    for (const [rank, vector] of vectors.entries()) {
      if (vector?.length !== dim || history[rank]?.space !== space) continue;
      usable.push(vector);
      for (let d = 0; d < dim; d++) mean[d] = (mean[d] as number) + decay ** rank * (vector[d] as number);
    }
    if (kind === 'last') return usable.slice(0, 1);
    if (kind === 'max') return usable;
    const length = Math.sqrt(dot(mean, mean));
    return length > 0 ? [mean.map((x) => x / length)] : [];
  };
  // Candidates of one call are of one space and dimension: the summary is made for the first and kept.
  let made: { readonly space: string | undefined; readonly dim: number; readonly summary: Float64Array[] } | undefined;
  return ({ vector, space }) => {
    const own = normalised(vector);
    if (!own) return Number.NaN;
    if (made?.space !== space || made?.dim !== own.length)
      made = { space, dim: own.length, summary: summarise(space, own.length) };
    let best = Number.NaN;
    for (const other of made.summary) {
      const cosine = dot(own, other);
      if (!(cosine <= best)) best = cosine;
    }
    return Math.max(-1, Math.min(1, best));
  };
}
