import { describe, expect, test } from 'vitest';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { defaultTraining, loadConfig } from '../config.ts';
import type { List } from '../dataset/list.ts';
import { rankerRows } from './ranker-rows.ts';

const features = openFeatureSet((await loadConfig()).featureSet);
const size = 4;

function listOf(tMs: number, labels: readonly number[], shown: boolean, positions = [0, 1, 2, 3]): List {
  const own = { tMs, items: Uint32Array.of(0, 1, 2, 3), history: [], logged: undefined, labels };
  const values = (role: 'light' | 'heavy') => new Float32Array(size * features.columns[role].length).fill(tMs);
  const nan = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  const outcomes = { click: labels.map((label) => Number(label > 0)), dwell: nan, conversion: [0, 0, 0, 0] };
  return {
    ...own,
    light: values('light'),
    heavy: values('heavy'),
    ...(shown && { shown: { positions, propensities: nan, outcomes } }),
  };
}
const chosen = Array.from({ length: 100 }, (_, i) => listOf(10 * i, [1, 0, 0, 0], false));
/** The first place is clicked four times as often as the last; every fifth slate not at all. */
const shown = Array.from({ length: 400 }, (_, i) =>
  listOf(2.5 * i + 1, i % 5 === 0 ? [0, 0, 0, 0] : i % 5 === 1 ? [0, 0, 0, 1] : [1, 0, 0, 0], true),
);
const collect = (
  more: Partial<(typeof defaultTraining)['ranker']>,
  lists: { chosen: readonly List[]; shown: readonly List[] } = { chosen, shown },
) => rankerRows({ ...lists, catalogue: [] }, features, { ...defaultTraining.ranker, ...more });

describe('what rankers learn from', () => {
  test('choices, slates or both, in time order; the latest slates are kept for probabilities', () => {
    const { heavy, light, held, lists } = collect({ rows: 'both' });
    expect(lists).toEqual({ chosen: 76, shown: 300 });
    expect([...heavy.tMs!]).toEqual([...heavy.tMs!].sort((a, b) => a - b));
    expect(light.labels).toEqual(heavy.labels);
    expect(held?.heavy.lists).toBe(100);
    expect(held!.heavy.tMs![0]).toBeGreaterThan(heavy.tMs!.at(-1)!);
    expect(collect({ rows: 'slates' }).lists).toEqual({ chosen: 0, shown: 300 });
    expect(collect({ rows: 'candidates' }).lists).toEqual({ chosen: 76, shown: 0 });
  });

  test('a place explains clicks by a term, by weights, or not at all', () => {
    const additive = collect({ rows: 'slates', places: 'additive' }).heavy;
    expect(additive.weights).toBeUndefined();
    expect(additive.examination![0]).toBe(1);
    expect(additive.examination![3]).toBeLessThan(0.5);
    const inverse = collect({ rows: 'slates', places: 'inverse', mostWeight: 3 }).heavy;
    expect(inverse.examination).toBeUndefined();
    expect(inverse.weights![3]! / inverse.weights![0]!).toBeGreaterThan(2);
    expect(inverse.weights![3]! / inverse.weights![0]!).toBeLessThanOrEqual(3.001);
    const none = collect({ rows: 'slates', places: 'ignore' }).heavy;
    expect([none.examination, none.weights]).toEqual([undefined, undefined]);
  });

  test('choices are looked at wherever they stood', () => {
    const { heavy } = collect({ rows: 'both' });
    for (const [row, place] of heavy.positions!.entries()) if (place < 0) expect(heavy.examination![row]).toBe(1);
  });

  test('without slates, places or clicks: choices alone or every place alike, and it says so', () => {
    const without = collect({ rows: 'slates' }, { chosen, shown: [] });
    expect([without.lists, without.warnings, without.held]).toEqual([{ chosen: 100, shown: 0 }, [], undefined]);
    const unclicked = shown.map(({ tMs }) => listOf(tMs, [0, 0, 0, 0], true));
    const silent = collect({ rows: 'slates' }, { chosen, shown: unclicked });
    expect(silent.lists).toEqual({ chosen: 100, shown: 0 });
    expect(silent.warnings.join()).toMatch(/were clicked.*fewer than 30 clicks/);
    const nowhere = shown.map(({ tMs, labels }) => listOf(tMs, labels, true, [-1, -1, -1, -1]));
    const placeless = collect({ rows: 'slates' }, { chosen, shown: nowhere });
    expect([...new Set(placeless.heavy.examination)]).toEqual([1]);
    expect(placeless.warnings.join()).toMatch(/no impression with a place/);
  });
});
