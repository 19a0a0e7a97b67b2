import { expect, test } from 'vitest';
import { eventTypes } from '../../shared/contract/event.ts';
import type { ItemId } from '../../shared/contract/id.ts';
import type { HistoryItem } from '../../shared/feature/history.ts';
import { createRandom } from '../random.ts';
import { attentionModel } from './attention.ts';
import { meanOf, ndcgOfLists } from './judge.ts';
import { orderedRows, rankerCases } from './ranker.case.ts';
import type { RankingRows } from './rows.ts';
import { unbiasedCases } from './unbiased.case.ts';

const catalogue: readonly HistoryItem[] = Array.from({ length: 80 }, (_, i) => ({
  id: `item-${i}` as ItemId,
  categories: [`genre ${i % 8}`],
  ...(i % 3 ? { brand: `brand ${i % 5}`, price: 1 + i } : {}),
  ...(i % 7 ? { vector: Float32Array.from({ length: 8 }, (_, d) => Number(d === i % 8) + 0.1 * Math.sin(i + d)) } : {}),
}));

/** The rows with items and histories of 0 to 19 events. */
function remembered(rows: RankingRows): RankingRows {
  const random = createRandom(3, `remembered/${rows.lists}`);
  const lengths = Array.from({ length: rows.lists }, (_, q) => q % 20);
  const offsets = Uint32Array.from({ length: rows.lists + 1 }, (_, q) => lengths.slice(0, q).reduce((sum, n) => sum + n, 0));
  const events = offsets.at(-1) as number;
  const draw = () => random.below(catalogue.length);
  return {
    ...rows,
    catalogue,
    items: Int32Array.from(rows.labels, draw),
    tMs: Float64Array.from(lengths, (_, q) => 1e12 + q * 1e6),
    histories: {
      offsets,
      items: Int32Array.from({ length: events }, draw),
      tMs: Float64Array.from({ length: events }, (_, e) => 9e11 + e * 1e6),
      types: Uint8Array.from({ length: events }, () => eventTypes.indexOf(random.below(2) ? 'click' : 'purchase')),
    },
  };
}

rankerCases(attentionModel, {
  settings: { hidden: [16], dim: 8, epochs: 20, learningRate: 0.01, weightDecay: 0 },
  badSettings: [{ hidden: [] }, { dim: 7 }, { epochs: 0 }, { learningRate: 0 }, { clickWeight: -1 }],
  learns: 0.9,
  dress: remembered,
});

unbiasedCases(attentionModel, {
  settings: { hidden: [16], dim: 8, epochs: 10, learningRate: 0.01, weightDecay: 0 },
  left: 0.5,
  dress: remembered,
});

const context = { seed: 1, stream: 'test', threads: 2, warn: () => undefined };

/** Chosen: the item whose genre the visitor bought last; what was clicked since says nothing. Features are noise. */
function loyal(lists: number, seed: number): RankingRows {
  const random = createRandom(seed, 'loyal');
  const rows = remembered(orderedRows(lists, 6, 2));
  const labels = new Float32Array(rows.labels.length);
  const { items, histories } = rows as Required<RankingRows>;
  const [offsets, past, types]: [Uint32Array, number[], number[]] = [new Uint32Array(lists + 1), [], []];
  for (let q = 0; q < lists; q++) {
    const genre = random.below(8);
    const other = () => (genre + 1 + random.below(7)) % 8;
    const ofGenre = (g: number) => g + 8 * random.below(10);
    const chosen = random.below(6);
    for (let r = 0; r < 6; r++) items[6 * q + r] = ofGenre(r === chosen ? genre : other());
    labels[6 * q + chosen] = 1;
    const events = [ofGenre(genre), ofGenre(other()), ofGenre(other()), ofGenre(other())];
    past.push(...events);
    types.push(...events.map((_, e) => eventTypes.indexOf(e === 0 ? 'purchase' : 'click')));
    offsets[q + 1] = past.length;
  }
  const tMs = Float64Array.from(past, (_, e) => 9e11 + e);
  return {
    ...rows,
    labels,
    histories: { ...histories, offsets, tMs, items: Int32Array.from(past), types: Uint8Array.from(types) },
  };
}

test('learns which of the events of a history matter, which no feature says', async () => {
  const settings = { ...attentionModel.defaults(loyal(2, 1)), hidden: [16], dim: 8, epochs: 30, learningRate: 0.01 };
  const fitted = await attentionModel.fit(loyal(600, 1), settings, context);
  const fresh = loyal(100, 2);
  expect(meanOf(ndcgOfLists(fresh, fitted.score(fresh), 10))).toBeGreaterThan(0.9);
});

test('a head for each objective that was observed, blended by its weight', async () => {
  const rows = remembered(orderedRows(200));
  const click = rows.labels.map((label) => Number(label > 0));
  const conversion = click.map((value, row) => (row % 3 ? Number.NaN : value));
  const watched = { ...rows, outcomes: { click, conversion } };
  const settings = { ...attentionModel.defaults(rows), hidden: [16], dim: 8, epochs: 10 };
  const only = await attentionModel.fit(watched, { ...settings, conversionWeight: 0 }, context);
  const both = await attentionModel.fit(watched, settings, context);
  for (const fitted of [only, both]) expect(meanOf(ndcgOfLists(rows, fitted.score(rows), 10))).toBeGreaterThan(0.8);
  expect(both.score(rows)).not.toEqual(only.score(rows));
  const names = { columns: ['a', 'b', 'c'], featureHash: '0' };
  const one = await attentionModel.fit(rows, settings, context);
  expect(both.encode(names).length).toBeGreaterThan(one.encode(names).length);
  expect(one.encode(names).length).toBeLessThan(1_000_000);
});

test('rows without items or histories are refused', () => {
  const { catalogue: _, ...rows } = remembered(orderedRows(40));
  expect(attentionModel.refusal(rows)).toMatch(/without items/);
});
