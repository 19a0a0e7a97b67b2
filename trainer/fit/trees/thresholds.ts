import { createRandom } from '../../random.ts';
import type { TreeRows } from './rows.ts';

/** Rows that thresholds are taken from: enough for 255 quantiles, and sorting all of them would cost more than growing a tree. */
const mostSampled = 25_000;

/**
 * Ascending thresholds of every column: bin i has the values x with threshold i - 1 < x <= threshold i. Of at most `bins` distinct values each has its
 * own bin, else bins have about equally many rows; a value that fills one alone has it alone. None for a column without two distinct values.
 */
export function thresholdsOf({ columns, features, labels }: TreeRows, bins: number, seed: number): Float32Array[] {
  const rows = sample(labels.length, seed);
  const values = new Float32Array(rows.length);
  const starts = new Int32Array(rows.length + 1);
  return Array.from({ length: columns }, (_, column) => {
    let present = 0;
    for (let i = 0; i < rows.length; i++) {
      const value = features[(rows[i] as number) * columns + column] as number;
      // Adding 0 makes -0 and 0 one value.
      if (!Number.isNaN(value)) values[present++] = value + 0;
    }
    return quantiles(values.subarray(0, present).sort(), starts, bins);
  });
}

/** All rows, or every k-th from a random one on. */
function sample(n: number, seed: number): Int32Array {
  const length = Math.min(n, mostSampled);
  const step = n / length;
  const random = createRandom(seed, 'trees/thresholds');
  return Int32Array.from({ length }, (_, i) => Math.min(n - 1, Math.floor((i + (length < n ? random.uniform() : 0)) * step)));
}

/** @param starts room for the places where a value is another than the one before. */
function quantiles(sorted: Float32Array, starts: Int32Array, bins: number): Float32Array {
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) starts[distinct++] = i;
  starts[distinct] = sorted.length;
  const thresholds: number[] = [];
  const every = distinct <= bins;
  let begun = 0;
  for (let d = 1; d < distinct && thresholds.length < bins - 1; d++) {
    const at = starts[d] as number;
    const next = starts[d + 1] as number;
    const share = (sorted.length - begun) / (bins - thresholds.length);
    // Close the bin when it is full, or when the value that comes next would overfill it by more than it lacks.
    const full = at - begun >= share || (next - begun > share && next - begun - share > share - (at - begun));
    if (!every && !full) continue;
    thresholds.push(between(sorted[at - 1] as number, sorted[at] as number));
    begun = at;
  }
  return Float32Array.from(thresholds);
}

/** A float32 t with below <= t < above: what is scored falls on the side that its bin was on. */
function between(below: number, above: number): number {
  const middle = Math.fround(below / 2 + above / 2);
  return middle >= below && middle < above ? middle : below;
}
