import { expectedClicks } from '../../evaluate/regret.ts';
import type { RankingRows } from '../../fit/rows.ts';
import type { Random } from '../../random.ts';

/** Slates whose items would be clicked with these probabilities if they were looked at. */
export interface KnownRows {
  readonly rows: RankingRows;
  /** [rows]: P(click | looked at). */
  readonly wishes: Float64Array;
  /** P(looked at | place). */
  readonly examination: readonly number[];
}

/**
 * The same slates in the order of a column, as a site that trusts it would show them, with clicks drawn anew: looked at by the place, then wished for or
 * not. Missing values stand last.
 */
export function shownInOrderOf({ rows, wishes, examination }: KnownRows, column: number, random: Random): RankingRows {
  const { features, columns, offsets, lists } = rows;
  const trustIn = (row: number) => {
    const value = features[row * columns + column] as number;
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  };
  const positions = new Int16Array(wishes.length);
  const click = new Float32Array(wishes.length);
  for (let q = 0; q < lists; q++) {
    const [start, end] = [offsets[q] as number, offsets[q + 1] as number];
    const order = Array.from({ length: end - start }, (_, i) => start + i).sort((a, b) => trustIn(b) - trustIn(a) || a - b);
    for (const [place, row] of order.entries()) {
      positions[row] = place;
      const isSeen = random.uniform() < (examination[place] ?? 0);
      click[row] = isSeen && random.uniform() < (wishes[row] as number) ? 1 : 0;
    }
  }
  const { outcomes: _, propensities: __, ...rest } = rows;
  return { ...rest, labels: click, positions, outcomes: { click } };
}

/** By list, the share of the clicks of its ideal order that the order of the scores misses; NaN where nothing is wished for. */
export function regretOfLists({ rows, wishes, examination }: KnownRows, scores: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: rows.lists }, (_, q) => {
    const own = Array.from(
      { length: (rows.offsets[q + 1] as number) - (rows.offsets[q] as number) },
      (__, i) => (rows.offsets[q] as number) + i,
    );
    const clicksBy = (value: (row: number) => number) =>
      expectedClicks(
        own.toSorted((a, b) => value(b) - value(a) || a - b),
        { wishes, examination },
      );
    const ideal = clicksBy((row) => wishes[row] as number);
    return ideal > 0 ? 1 - clicksBy((row) => scores[row] as number) / ideal : Number.NaN;
  });
}
