import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import type { RankerContext, RankerModel } from './ranker.ts';
import { listsFrom, type RankingRows } from './rows.ts';

const size = 8;
const lookedAt = Array.from({ length: size }, (_, k) => (k + 1) ** -1);
const wishOf = (rows: RankingRows, row: number) => 1 / (1 + Math.exp(3 - 2 * (rows.features[3 * row] as number)));

/** Clicks on lists that stood in the order of column 1, which nobody wishes for; column 0 is what is wished for, column 2 noise. */
export function biasedRows(lists: number): RankingRows {
  const random = createRandom(11, `biased-rows/${lists}`);
  const rows = lists * size;
  const features = Float32Array.from({ length: 3 * rows }, () => random.normal());
  const positions = new Int16Array(rows);
  for (let q = 0; q < lists; q++) {
    const own = Array.from({ length: size }, (_, j) => q * size + j);
    own.sort((a, b) => (features[3 * b + 1] as number) - (features[3 * a + 1] as number));
    for (const [place, row] of own.entries()) positions[row] = place;
  }
  const examination = Float32Array.from(positions, (place) => lookedAt[place] as number);
  const shown = { columns: 3, lists, offsets: Uint32Array.from({ length: lists + 1 }, (_, q) => q * size), features, positions };
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row++)
    labels[row] = random.uniform() < (examination[row] as number) * wishOf({ ...shown, labels }, row) ? 1 : 0;
  return { ...shown, labels, outcomes: { click: labels }, examination };
}

/** Share of the clicks of the ideal order that an order of the scores misses, looked at alike. */
function regretOf(rows: RankingRows, scores: ArrayLike<number>): number {
  let [got, best] = [0, 0];
  for (let q = 0; q < rows.lists; q++) {
    const own = Array.from({ length: size }, (_, j) => q * size + j);
    const clicks = (order: number[]) =>
      order.reduce((sum, row, place) => sum + (lookedAt[place] as number) * wishOf(rows, row), 0);
    got += clicks(own.toSorted((a, b) => (scores[b] as number) - (scores[a] as number)));
    best += clicks(own.toSorted((a, b) => wishOf(rows, b) - wishOf(rows, a)));
  }
  return 1 - got / best;
}

export interface UnbiasedCases<Settings extends object> {
  /** Over the defaults. */
  readonly settings: Partial<Settings>;
  /** Share of the regret of a ranker that is told nothing that is left when it is told of places. */
  readonly left: number;
  /** Adds what the model needs beside features. */
  readonly dress?: (rows: RankingRows) => RankingRows;
}

/** Of rankers that make use of `examination` and `weights`. Call it in the model's own test file. */
export function unbiasedCases<Settings extends object>(
  model: RankerModel<Settings>,
  { settings, left, dress = (rows) => rows }: UnbiasedCases<Settings>,
): void {
  const context: RankerContext = { seed: 1, stream: 'case', threads: 1, warn: () => undefined };
  const all = dress(biasedRows(2000));
  const [rows, fresh] = [listsFrom(all, 0, 1600), listsFrom(all, 1600, 2000)];
  const { examination = new Float32Array(0), ...naive } = rows;
  const regret = async (given: RankingRows) =>
    regretOf(fresh, (await model.fit(given, { ...model.defaults(given), ...settings }, context)).score(fresh));

  describe(`ranker ${model.name} on what was shown`, () => {
    test('told of places, by examination or by weights, it finds the order that clicks alone hide', async () => {
      const [biased, additive, inverse] = [
        await regret(naive),
        await regret(rows),
        await regret({ ...naive, weights: examination.map((share) => 1 / share) }),
      ];
      expect(additive).toBeLessThan(left * biased);
      expect(inverse).toBeLessThan(left * biased);
    });

    test('lists of which nothing was chosen do no harm; nothing chosen at all is refused', async () => {
      const labels = naive.labels.map((label, row) => (row < 800 * size ? 0 : label));
      const none = { ...naive, labels, outcomes: { click: labels } };
      expect(await regret(none)).toBeLessThan((await regret(naive)) + 0.05);
      expect(model.refusal({ ...naive, labels: new Float32Array(naive.labels.length) })).toMatch(/positive/);
    });
  });
}
