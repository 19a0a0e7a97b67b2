import { describe, expect, test } from 'vitest';
import { createRandom } from '../../random.ts';
import type { RankingRows } from '../rows.ts';
import { examinationOf, fitExamination } from './examination.ts';

const size = 8;
const examination = Array.from({ length: size }, (_, k) => (k + 1) ** -0.6);
const wish = (x: number) => 1 / (1 + Math.exp(2 - 1.5 * x));

/** Lists in the order of what a policy believed: the wished-for stand above, as far as `trust` says. */
function shownRows(lists: number, trust: number): RankingRows {
  const random = createRandom(5, 'shown');
  const rows = lists * size;
  const features = new Float32Array(2 * rows);
  const clicks = new Float32Array(rows);
  for (let q = 0; q < lists; q++) {
    const list = Array.from({ length: size }, () => random.normal()).sort(
      (a, b) => trust * (b - a) + (1 - trust) * random.normal(),
    );
    for (const [place, x] of list.entries()) {
      const row = q * size + place;
      features[2 * row] = x;
      features[2 * row + 1] = random.uniform() < 0.1 ? Number.NaN : random.normal();
      clicks[row] = random.uniform() < (examination[place] as number) * wish(x) ? 1 : 0;
    }
  }
  return {
    columns: 2,
    lists,
    offsets: Uint32Array.from({ length: lists + 1 }, (_, q) => q * size),
    features,
    labels: clicks,
    positions: Int16Array.from({ length: rows }, (_, row) => row % size),
    outcomes: { click: clicks },
  };
}

describe('examination', () => {
  test.each([0, 0.7])('is found though what is liked stands above (trust %d)', (trust) => {
    const { places, warnings } = fitExamination(shownRows(6000, trust));
    expect(warnings).toEqual([]);
    for (const [place, expected] of examination.entries())
      expect(Math.abs((places[place] as number) - expected)).toBeLessThan(0.07);
  });

  test('what was clicked less below is not taken for unseen: rates alone would be wrong', () => {
    const rows = shownRows(6000, 0.7);
    const rate = (place: number) => rows.labels.reduce((sum, click, row) => sum + (row % size === place ? click : 0), 0);
    expect(rate(7) / rate(0)).toBeLessThan((examination[7] as number) - 0.15);
  });

  test('nothing to tell from: every place counts alike, and it says so', () => {
    const rows = shownRows(20, 0);
    const { positions: _, ...without } = rows;
    const zeros = new Float32Array(rows.labels.length);
    for (const [bad, message] of [
      [without, /no impression with a place/],
      [{ ...rows, outcomes: {} }, /no impression/],
      [{ ...rows, outcomes: { click: zeros } }, /0 of 160 impressions were clicked/],
      [{ ...rows, outcomes: { click: zeros.map(() => 1) } }, /160 of 160/],
      [{ ...rows, outcomes: { click: zeros.map((_, row) => (row === 3 ? 1 : 0)) } }, /too few/],
    ] as const) {
      const { places, warnings } = fitExamination(bad);
      expect(places.every((share) => share === 1)).toBe(true);
      expect(warnings.join()).toMatch(message);
    }
  });

  test('rows without a place count as looked at; places beyond are like the last', () => {
    expect([-1, 0, 1, 9].map((place) => examinationOf({ places: [1, 0.5] }, place))).toEqual([1, 1, 0.5, 0.5]);
  });
});
