import { createRandom, shuffle } from '../../random.ts';
import type { RankingFile } from './libsvm.ts';

/** Fewer queries than this are not divided: a fifth of them would decide nothing but noise. */
const fewestDivided = 50;
const heldOutShare = 0.2;

/** Some of the queries, in their order. */
export function queriesOf(file: RankingFile, queries: readonly number[]): RankingFile {
  const { columns, features, labels, offsets } = file;
  const ends = [0];
  for (const q of queries) ends.push((ends.at(-1) as number) + (offsets[q + 1] as number) - (offsets[q] as number));
  const rows = ends.at(-1) as number;
  const part = {
    ...file,
    features: new Float32Array(rows * columns),
    labels: new Float32Array(rows),
    offsets: Int32Array.from(ends),
  };
  for (const [k, q] of queries.entries()) {
    const [from, to] = [offsets[q] as number, offsets[q + 1] as number];
    part.features.set(features.subarray(from * columns, to * columns), (ends[k] as number) * columns);
    part.labels.set(labels.subarray(from, to), ends[k] as number);
  }
  return part;
}

/** A random fifth of the queries, and the others; undefined for few queries. */
export function holdOut(
  file: RankingFile,
  seed: number,
): { readonly rest: RankingFile; readonly heldOut: RankingFile } | undefined {
  const queries = file.offsets.length - 1;
  if (queries < fewestDivided) return undefined;
  const order = Int32Array.from({ length: queries }, (_, q) => q);
  shuffle(order, createRandom(seed, 'ltr/hold-out'));
  const held = Math.round(heldOutShare * queries);
  const part = (from: number, to: number) =>
    queriesOf(
      file,
      [...order.subarray(from, to)].sort((a, b) => a - b),
    );
  return { heldOut: part(0, held), rest: part(held, queries) };
}
