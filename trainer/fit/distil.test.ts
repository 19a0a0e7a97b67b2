import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseRanker } from './choose.ts';
import { taught } from './distil.ts';
import { listwiseModel } from './listwise.ts';
import { orderedRows } from './ranker.case.ts';
import type { RankerModel } from './ranker.ts';
import { listsFrom, type RankingRows } from './rows.ts';

const context = { seed: 1, stream: 'test', threads: 1, warn: () => undefined, budgetSeconds: 60 };
const one = (labels: readonly number[], teacher: readonly number[]): RankingRows => ({
  columns: 1,
  lists: 1,
  offsets: Uint32Array.of(0, labels.length),
  features: new Float32Array(labels.length),
  labels: Float32Array.from(labels),
  teacher: Float32Array.from(teacher),
});

test('labels and teacher are mixed as distributions, and the list keeps its weight', () => {
  const { labels } = taught(one([4, 0], [0, Math.log(3)]), { weight: 0.5, temperature: 1 });
  // .5 [1, 0] + .5 [.25, .75] = [.625, .375]
  expect(labels[0]).toBeCloseTo(4);
  expect(labels[1]).toBeCloseTo((4 * 0.375) / 0.625);
  const softer = taught(one([4, 0], [0, Math.log(9)]), { weight: 1, temperature: 2 }).labels;
  expect(softer[0]).toBeCloseTo(4 / 3);
  expect(softer[1]).toBeCloseTo(4);
});

test('weight 0 is what was chosen, a list without a choice is the teacher alone, and there is no rest', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(0, 0, 1, 4), fc.double({ min: -800, max: 800, noNaN: true })), {
        minLength: 1,
        maxLength: 9,
      }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0.5, 1, 3),
      (rows, weight, temperature) => {
        const given = one(
          rows.map(([label]) => label),
          rows.map(([, score]) => score),
        );
        const { labels } = taught(given, { weight, temperature });
        const most = Math.max(...given.labels);
        expect(Math.max(...labels)).toBeCloseTo(most > 0 ? most : 1, 4);
        expect(labels.every((label) => label >= 0 && Number.isFinite(label))).toBe(true);
        if (most > 0)
          for (const [i, label] of taught(given, { weight: 0, temperature }).labels.entries())
            expect(label).toBeCloseTo(given.labels[i]!, 4);
      },
    ),
  );
});

test.each<[string, RankingRows, object]>([
  ['rows without a teacher', orderedRows(2), {}],
  ['a weight above 1', one([1], [0]), { weight: 1.5 }],
  ['a temperature of 0', one([1], [0]), { temperature: 0 }],
  ['a score that is not finite', one([1, 0], [0, Number.NaN]), {}],
])('%s: refused', (_, rows, lesson) => {
  expect(() => taught(rows, { weight: 0.5, temperature: 1, ...lesson })).toThrow(RangeError);
});

/** Scores by the column that the labels are in most: what it learns is what it was told. */
const byMostTold: RankerModel = {
  ...listwiseModel,
  defaults: () => ({}),
  cost: () => ({ seconds: 1, bytes: 0 }),
  async fit({ columns, features, labels }) {
    const told = Array.from({ length: columns }, (_, c) =>
      labels.reduce((sum, label, row) => sum + label * (features[row * columns + c] as number), 0),
    );
    const column = told.indexOf(Math.max(...told));
    return {
      standard: { mean: new Float32Array(columns), std: new Float32Array(columns).fill(1) },
      score: (rows) => rows.labels.map((_, row) => rows.features[row * columns + column] as number),
      encode: () => new Uint8Array(0),
    };
  },
};
/** Lists of eight; column 0 is 1 for the first row, which visitors like, column 1 for the fourth. Six choices of ten were taken down as the fourth's, but for the latest. */
const wronglyTold = (likedByTeacher: number): RankingRows => {
  const [lists, perList] = [500, 8];
  const of = (value: (q: number, i: number) => number) =>
    Float32Array.from({ length: lists * perList }, (_, row) => value(Math.floor(row / perList), row % perList));
  const chosen = (q: number) => (q < 400 && q % 10 < 6 ? 3 : 0);
  return {
    columns: 2,
    lists,
    offsets: Uint32Array.from({ length: lists + 1 }, (_, q) => q * perList),
    features: Float32Array.from({ length: 2 * lists * perList }, (_, at) =>
      Number((at >> 1) % perList === (at % 2 === 0 ? 0 : 3)),
    ),
    labels: of((q, i) => Number(i === chosen(q))),
    teacher: of((_, i) => 5 * Number(i === likedByTeacher)),
  };
};
const distil = (rows: RankingRows, budgetSeconds = 60) =>
  chooseRanker([{ model: byMostTold }], rows, { ...context, budgetSeconds });

test('a teacher who knows better is learnt from as far as the latest lists say so', async () => {
  const rows = wronglyTold(0);
  const { distilled, ranker } = await distil(rows);
  expect(distilled).toMatchObject({ weight: 0.5, temperature: 1, ndcg: { taught: 1 } });
  expect(distilled!.ndcg.alone).toBeLessThan(0.5);
  expect(ranker.score(rows)[0]).toBe(1);
});

test('a teacher who knows nothing teaches nothing, and neither does one for whom there is no time', async () => {
  expect((await distil(wronglyTold(7))).distilled).toMatchObject({ weight: 0 });
  expect((await distil(wronglyTold(0), -1)).distilled).toMatchObject({ weight: 0 });
  const { teacher: _, ...rows } = wronglyTold(0);
  expect((await distil(rows)).distilled).toBeUndefined();
  // Of so few lists nobody could say whether it helped.
  expect((await distil(listsFrom(wronglyTold(0), 0, 400))).distilled).toBeUndefined();
});

test("of places that are looked at less, the teacher's part is less", () => {
  const rows = { ...orderedRows(1, 2), labels: new Float32Array(2), teacher: Float32Array.of(1, 1) };
  const { labels } = taught({ ...rows, examination: Float32Array.of(0.5, 0.25) }, { weight: 0.5, temperature: 1 });
  expect([...labels]).toEqual([1, 0.5]);
});
