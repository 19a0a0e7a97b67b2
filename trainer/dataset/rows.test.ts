import { describe, expect, test } from 'vitest';
import { historyInput } from '../../shared/feature/remembered.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { plainRankKernel, plainScanKernel } from '../../shared/kernel/kernel.ts';
import { flatIndex } from '../../shared/vector/search.ts';
import { fitGenerators } from '../candidate/generators.ts';
import { loadConfig } from '../config.ts';
import { historiesOf, type RememberedRows } from '../fit/attention/data.ts';
import type { Dataset } from '../log/dataset.ts';
import { createRandom } from '../random.ts';
import { createRetrieval, historyItemsOf } from './candidates.ts';
import { makeShop } from './fixture.case.ts';
import { joined } from './list.ts';
import { positiveInteractions, weightOfType } from './positive.ts';
import { queriesOf } from './query.ts';
import { replay } from './replay.ts';
import { collectLists } from './rows.ts';
import { splitByTime } from './split.ts';

const config = await loadConfig();
const set = openFeatureSet(config.featureSet);
const shop = makeShop();
const log = positiveInteractions(shop, config.positives);
const split = splitByTime(log, { testShare: 0.2, rankerShare: 0.3 });
/** The cheapest models are enough here. */
const materialOf = (dataset: Dataset) => ({
  log: positiveInteractions(dataset, config.positives),
  items: dataset.items,
  training: config.training,
  surface: config.surfaces[0]!,
  kernels: { rank: plainRankKernel(), openScan: plainScanKernel },
});
const generators = await fitGenerators(materialOf(shop), split.rankerFromMs);
const queries = queriesOf(log, { fromMs: split.rankerFromMs, toMs: split.testFromMs }, true);

/** Lists of a home surface that retrieves `limit` similar items. */
function collect(limit: number, maxLists: number) {
  const surface = { ...config.surfaces[0]!, sources: [{ source: 'similar', limit, weight: 1 } as const] };
  const retrieval = createRetrieval({
    items: shop.items,
    features: set,
    generators,
    surface,
    index: flatIndex(plainScanKernel, generators.vectors),
  });
  const historyItems = historyItemsOf(shop.items, generators);
  const input = { dataset: shop, set, historyItems, weights: weightOfType(config.positives), popularHalfLifeDays: 30 };
  const lists = collectLists(input, retrieval, { queries, negatives: 7, maxLists, random: createRandom(1, 'rows') });
  const rowsOf = (ranker: 'light' | 'heavy') => joined(lists.chosen, ranker, set.columns[ranker].length);
  return { ...lists, input, light: rowsOf('light'), heavy: rowsOf('heavy') };
}

describe('ranker rows', () => {
  const rows = collect(20, 10_000);

  test('hold the history that a device would read at that time', () => {
    const remembered = { ...rows.heavy, catalogue: rows.catalogue } as RememberedRows;
    const inputOf = historiesOf(remembered);
    const { tMs, items, offsets, labels } = remembered;
    let [compared, events] = [0, 0];
    // Lists are in the order of their queries, of which some gave none.
    replay(rows.input, queries, (query, world) => {
      const q = compared;
      const own = items.subarray(offsets[q], offsets[q + 1]);
      const chosen = own.filter((_, i) => labels[offsets[q]! + i]! > 0);
      if (tMs[q] !== query.tMs || !chosen.every((item) => query.targets.includes(item))) return;
      const candidates = Array.from(own, (item) => rows.catalogue[item]!);
      expect(inputOf(q)).toEqual(historyInput(candidates, world.events, query.tMs));
      compared++;
      events += world.events.length;
    });
    expect(compared).toBe(remembered.lists);
    expect(events).toBeGreaterThan(compared);
  });

  test('a list has a positive, at most the asked negatives and no other; both rankers have the same lists', () => {
    const { offsets, labels, lists } = rows.heavy;
    expect(lists).toBe(rows.retrieved);
    expect([rows.light.offsets, rows.light.labels]).toEqual([offsets, labels]);
    for (let q = 0; q < lists; q++) {
      const list = labels.subarray(offsets[q], offsets[q + 1]);
      const positives = list.filter((label) => label > 0).length;
      expect(positives).toBeGreaterThan(0);
      expect(list.length - positives).toBeGreaterThan(0);
      expect(list.length - positives).toBeLessThanOrEqual(7);
    }
  });

  test('a choice that was not retrieved gives no list: no positive lacks its source score', () => {
    expect(rows.retrieved).toBeLessThan(queries.length);
    const { columns, features, labels } = rows.light;
    const column = config.featureSet.light.indexOf('similarScore');
    for (let row = 0; row < labels.length; row++) expect(features[row * columns + column]).not.toBeNaN();
    expect(collect(2, 10_000).retrieved).toBeLessThan(rows.retrieved);
  });

  test('what the visitor chose before is in no list, as the policy would hide it', () => {
    const { columns, features } = rows.heavy;
    const own = config.featureSet.heavy.indexOf('ownEvents');
    for (let at = own; at < features.length; at += columns) expect(features[at]).toBe(0);
  });

  test('lists are capped by drawing some, in their order', () => {
    const few = collect(20, 30);
    expect([few.heavy.lists, few.retrieved]).toEqual([30, rows.retrieved]);
    expect(few.light.features.length).toBe(few.heavy.labels.length * few.light.columns);
  });
});
