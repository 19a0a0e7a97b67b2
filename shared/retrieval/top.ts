import type { Retrieved } from './retrieved.ts';

/**
 * The `limit` greatest of n scored ordinals, descending; of equal scores the lower ordinal first. Entries whose score is NaN are left out.
 * A bounded heap with the worst on top: O(n log limit), no allocation per entry.
 */
export function top(ordinals: ArrayLike<number>, scores: Float32Array, n: number, limit: number): Retrieved {
  const heap = new Uint32Array(Math.max(0, Math.min(n, limit)));
  let size = 0;
  let floor = Number.NEGATIVE_INFINITY;
  /** Whether entry a is worse than entry b. */
  const worse = (a: number, b: number): boolean => {
    const x = scores[a] as number;
    const y = scores[b] as number;
    return x < y || (x === y && (ordinals[a] as number) > (ordinals[b] as number));
  };
  const sink = (entry: number, length: number) => {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && worse(heap[child + 1] as number, heap[child] as number)) child++;
      if (!worse(heap[child] as number, entry)) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = entry;
  };
  for (let entry = 0; entry < n; entry++) {
    const score = scores[entry] as number;
    // Most entries of a long list are below the worst that is kept; what is equal to it is looked at again.
    if (Number.isNaN(score) || score < floor) continue;
    if (size < heap.length) {
      let at = size++;
      while (at > 0 && worse(entry, heap[(at - 1) >> 1] as number)) {
        heap[at] = heap[(at - 1) >> 1] as number;
        at = (at - 1) >> 1;
      }
      heap[at] = entry;
    } else if (size > 0 && worse(heap[0] as number, entry)) sink(entry, size);
    if (size > 0 && size === heap.length) floor = scores[heap[0] as number] as number;
  }
  const result = { ordinals: new Uint32Array(size), scores: new Float32Array(size) };
  while (size > 0) {
    const worst = heap[0] as number;
    result.ordinals[--size] = ordinals[worst] as number;
    result.scores[size] = scores[worst] as number;
    if (size > 0) sink(heap[size] as number, size);
  }
  return result;
}
