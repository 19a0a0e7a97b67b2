import { createRandom } from '../../random.ts';
import type { TreeRows } from './rows.ts';

/** Rows of a known function of the first three columns and noise; a share of the values is missing. */
export function sineRows(n: number, { seed = 1, columns = 5, missing = 0.05 } = {}): TreeRows {
  const random = createRandom(seed, 'trees/sine');
  const features = new Float32Array(n * columns);
  const labels = new Float32Array(n);
  for (let row = 0; row < n; row++) {
    const x = Array.from({ length: columns }, () => random.uniform() * 4 - 2);
    labels[row] = Math.sin(2 * x[0]!) + (x[1]! > 0 ? x[2]! : 0) + 0.1 * random.normal();
    for (let c = 0; c < columns; c++) features[row * columns + c] = random.uniform() < missing ? Number.NaN : x[c]!;
  }
  return { columns, features, labels };
}

/** 1 where the label is above 0. */
export const asBinary = (rows: TreeRows): TreeRows => ({ ...rows, labels: rows.labels.map((label) => (label > 0 ? 1 : 0)) });

/** Lists of 1 to 29 documents with grades 0 to 4. */
export function asLists(rows: TreeRows): TreeRows {
  const offsets = [0];
  for (let length = 1; (offsets.at(-1) as number) < rows.labels.length; length = 1 + ((length * 7) % 29)) {
    offsets.push(Math.min(rows.labels.length, (offsets.at(-1) as number) + length));
  }
  const labels = rows.labels.map((label) => Math.max(0, Math.min(4, Math.round(label + 1))));
  return { ...rows, labels, offsets: Int32Array.from(offsets) };
}

export const meanSquared = (labels: Float32Array, scores: ArrayLike<number>): number =>
  labels.reduce((sum, label, i) => sum + (label - scores[i]!) ** 2, 0) / labels.length;
