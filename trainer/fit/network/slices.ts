/** Fewer rows do not fill the kernel's tiles well. */
const leastRows = 64;
/** Slices of a step, so that several threads share it evenly. */
const wanted = 8;
export const mostSlices = wanted + 1;

/** Rows of a slice at most, a multiple of 4. */
export const mostRowsOfSlice = (listsPerStep: number, longest: number): number =>
  Math.ceil((Math.max(leastRows, Math.ceil((listsPerStep * longest) / wanted)) + longest) / 4) * 4;

/**
 * Cuts the lists of a step into slices of about as many rows, in order: a function of the lists alone, whatever the threads. Writes where each slice
 * begins. @returns number of slices, at most mostSlices
 */
export function cutSlices(chosen: Int32Array, offsets: Uint32Array, begins: Int32Array): number {
  const rowsOf = (q: number) => (offsets[q + 1] as number) - (offsets[q] as number);
  let total = 0;
  for (const q of chosen) total += rowsOf(q);
  const target = Math.max(leastRows, Math.ceil(total / wanted));
  let [slices, rows] = [0, 0];
  begins[0] = 0;
  for (const [at, q] of chosen.entries()) {
    rows += rowsOf(q);
    if (rows < target && at + 1 < chosen.length) continue;
    begins[++slices] = at + 1;
    rows = 0;
  }
  return slices;
}
