import { top } from '../../shared/retrieval/top.ts';
import type { RankingCase } from '../evaluate/rank.ts';
import type { FittedModel } from './model.ts';

/** What sources say of the items that matter in validation cases: the targets, and what any source puts high. */
export interface Pool {
  /** Entries of case c: starts[c] to starts[c + 1], the targets first. */
  readonly starts: Int32Array;
  /** Number of targets, by case. */
  readonly targets: Int32Array;
  /** By source: score of each entry over the scale of its case (see `scaleOf`). */
  readonly values: readonly Float32Array[];
}

export interface PoolRequest {
  readonly cases: readonly RankingCase[];
  readonly items: number;
  /** Whether items of the history cannot be shown. */
  readonly hideHistory: boolean;
  /** `history`: scores are comparable within a history only. `none`: they are as they come, so that a blend stays linear in them. */
  readonly scale: 'history' | 'none';
}

/** How many of each source's best items are looked at. */
const depth = 60;
const scaleDepth = 10;
const mostScores = 2 ** 22;

/** Asks every source every case. */
export function poolOf(sources: readonly FittedModel[], { cases, items, hideHistory, scale }: PoolRequest): Pool {
  const batch = Math.max(1, Math.min(32, Math.floor(mostScores / Math.max(1, items))));
  const rows = sources.map(() => new Float32Array(batch * items));
  const all = Uint32Array.from({ length: items }, (_, i) => i);
  const starts = new Int32Array(cases.length + 1);
  const values = sources.map((): number[] => []);
  const scales = sources.map(() => new Float64Array(cases.length));
  for (let first = 0; first < cases.length; first += batch) {
    const asked = cases.slice(first, first + batch);
    for (const [s, source] of sources.entries())
      source.score(
        asked.map(({ history }) => history),
        (rows[s] as Float32Array).subarray(0, asked.length * items),
      );
    for (const [c, { history, targets }] of asked.entries()) {
      const own = rows.map((row) => row.subarray(c * items, (c + 1) * items));
      const entries = new Set<number>(targets);
      for (const [s, row] of own.entries()) {
        (scales[s] as Float64Array)[first + c] = scale === 'none' ? 1 : scaleOf(row);
        const shown = hideHistory ? without(row, history.items, targets) : row;
        for (const item of top(all, shown, items, depth).ordinals)
          if (shown[item] !== Number.NEGATIVE_INFINITY) entries.add(item);
      }
      for (const [s, row] of own.entries()) for (const item of entries) (values[s] as number[]).push(row[item] as number);
      starts[first + c + 1] = (starts[first + c] as number) + entries.size;
    }
  }
  return {
    starts,
    targets: Int32Array.from(cases, ({ targets }) => targets.length),
    values: values.map((raw, s) => scaled(raw, starts, scales[s] as Float64Array)),
  };
}

/** A row in which items of the history cannot be among the best; targets keep their scores. */
function without(row: Float32Array, history: Int32Array, targets: Int32Array): Float32Array {
  const held = Float32Array.from(targets, (item) => row[item] as number);
  for (const item of history) row[item] = Number.NEGATIVE_INFINITY;
  for (const [t, item] of targets.entries()) row[item] = held[t] as number;
  return row;
}

/** What scores of a row are divided by: the mean of the ten best, as far as they are above 0; 0 when none is. */
export function scaleOf(row: Float32Array): number {
  const best = new Float64Array(scaleDepth);
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as number;
    if (!(value > (best[scaleDepth - 1] as number))) continue;
    let at = scaleDepth - 1;
    for (; at > 0 && value > (best[at - 1] as number); at--) best[at] = best[at - 1] as number;
    best[at] = value;
  }
  const count = best.indexOf(0);
  return best.reduce((a, b) => a + b, 0) / (count < 0 ? scaleDepth : Math.max(1, count));
}

function scaled(raw: readonly number[], starts: Int32Array, scales: Float64Array): Float32Array {
  const out = new Float32Array(raw.length);
  for (const [c, scale] of scales.entries())
    for (let at = starts[c] as number; at < (starts[c + 1] as number); at++) out[at] = portion(raw[at] as number, scale);
  return out;
}

/** A score in relation to the scale of its row; 0 where a source has nothing to say. */
export const portion = (score: number, scale: number): number =>
  score === Number.NEGATIVE_INFINITY || scale === 0 ? 0 : score / scale;
