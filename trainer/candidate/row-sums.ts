import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import { top } from '../../shared/retrieval/top.ts';

/** Sums by ordinal of which few are touched at a time: one row of an item-to-item matrix while it is made. */
export class RowSums {
  readonly values: Float64Array;
  /** The first `count` are the ordinals that were added to, in the order of their first addition. */
  readonly touched: Uint32Array;
  count = 0;

  constructor(items: number) {
    this.values = new Float64Array(items);
    this.touched = new Uint32Array(items);
  }

  /** @param value > 0. */
  add(ordinal: number, value: number): void {
    const sum = this.values[ordinal] as number;
    if (sum === 0) this.touched[this.count++] = ordinal;
    this.values[ordinal] = sum + value;
  }

  clear(): void {
    for (let t = 0; t < this.count; t++) this.values[this.touched[t] as number] = 0;
    this.count = 0;
  }
}

/**
 * An item-to-item table row by row: `fill` adds to the sums of row i, `similarityOf` makes a similarity of a sum; those that are not above 0 are left out, and
 * so is i itself. Of each row the `keep` greatest stay, ties by lower ordinal.
 */
export function tableOf(
  items: number,
  keep: number,
  fill: (i: number, sums: RowSums) => void,
  similarityOf: (sum: number, i: number, j: number) => number = (sum) => sum,
): SimilarTable {
  const sums = new RowSums(items);
  const scores = new Float32Array(items);
  const offsets = new Uint32Array(items + 1);
  const entries = new Entries();
  for (let i = 0; i < items; i++) {
    fill(i, sums);
    for (let t = 0; t < sums.count; t++) {
      const j = sums.touched[t] as number;
      const value = j === i ? 0 : similarityOf(sums.values[j] as number, i, j);
      scores[t] = value > 0 ? value : Number.NaN;
    }
    if (sums.count > 0) entries.append(top(sums.touched, scores, sums.count, Math.min(keep, items)));
    sums.clear();
    offsets[i + 1] = entries.length;
  }
  return { n: items, offsets, ...entries.finish() };
}

/** Lists end to end, in arrays that double. */
class Entries {
  length = 0;
  #ordinals = new Uint32Array(1024);
  #scores = new Float32Array(1024);

  append(list: { readonly ordinals: Uint32Array; readonly scores: Float32Array }): void {
    const length = this.length + list.ordinals.length;
    if (length > this.#ordinals.length) {
      const room = Math.max(length, 2 * this.#ordinals.length);
      const ordinals = new Uint32Array(room);
      const scores = new Float32Array(room);
      ordinals.set(this.#ordinals);
      scores.set(this.#scores);
      this.#ordinals = ordinals;
      this.#scores = scores;
    }
    this.#ordinals.set(list.ordinals, this.length);
    this.#scores.set(list.scores, this.length);
    this.length = length;
  }

  finish() {
    return { ordinals: this.#ordinals.slice(0, this.length), scores: this.#scores.slice(0, this.length) };
  }
}
