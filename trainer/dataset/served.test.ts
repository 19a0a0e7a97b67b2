import { describe, expect, test } from 'vitest';
import { createFeatureSet } from '../../shared/feature/create.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { plainRankKernel, plainScanKernel } from '../../shared/kernel/kernel.ts';
import { flatIndex } from '../../shared/vector/search.ts';
import { fitGenerators } from '../candidate/generators.ts';
import { loadConfig } from '../config.ts';
import type { RankingRows } from '../fit/rows.ts';
import type { Dataset } from '../log/dataset.ts';
import type { ServedSlate } from '../log/served.ts';
import { createRandom } from '../random.ts';
import { createRetrieval, historyItemsOf } from './candidates.ts';
import { makeShop } from './fixture.case.ts';
import { joined } from './list.ts';
import { positiveInteractions, weightOfType } from './positive.ts';
import { queriesOf } from './query.ts';
import { collectLists, countServed } from './rows.ts';
import { loggedLists, slatesOf } from './served.ts';
import { splitByTime } from './split.ts';

const config = await loadConfig();
const weights = weightOfType(config.positives);
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
const set = openFeatureSet(config.featureSet);
const width = set.served.length;
const candidates = 12;
/** What was served: no computed value is like it. */
const mark = (ordinal: number, column: number) => 5000 + ordinal + column / 64;

/** The shop with a logged slate for every second choice: the target and other items, and one that the catalogue has lost. */
function served(document = config.featureSet): Dataset {
  const slate = new Int32Array(shop.events.n).fill(-1);
  const slates = new Map<number, ServedSlate>();
  for (const [q, { user, tMs, targets }] of queries.entries()) {
    const e = shop.events.tMs.findIndex(
      (t, e) => t === tMs && shop.events.user[e] === user && shop.events.item[e] === targets[0],
    );
    if (q % 2 === 1) continue;
    slate[e] = q;
    const others = shop.items.map((_, ordinal) => ordinal).filter((ordinal) => !targets.includes(ordinal));
    const ordinals = Int32Array.from([-1, targets[0]!, ...others.slice(0, candidates)]);
    const values = Float32Array.from({ length: ordinals.length * width }, (_, i) =>
      mark(ordinals[Math.floor(i / width)]!, i % width),
    );
    slates.set(q, { featureHash: document.hash, ordinals, values });
  }
  const read = async (wanted: Iterable<number>) =>
    new Map([...wanted].flatMap((q) => (slates.has(q) ? [[q, slates.get(q)!] as const] : [])));
  return { ...shop, events: { ...shop.events, slate }, served: { sets: [document], read } };
}

async function collect(dataset: Dataset) {
  const retrieval = createRetrieval({
    items: shop.items,
    features: set,
    generators,
    surface: config.surfaces[0]!,
    index: flatIndex(plainScanKernel, generators.vectors),
  });
  const input = { dataset, set, historyItems: historyItemsOf(shop.items, generators), weights, popularHalfLifeDays: 30 };
  const logged = await loggedLists(dataset, slatesOf(dataset, queries, weights), set);
  const { chosen } = collectLists(input, retrieval, {
    queries,
    negatives: 5,
    maxLists: 1e6,
    random: createRandom(1, 'rows'),
    logged,
  });
  const rowsOf = (ranker: 'light' | 'heavy') => joined(chosen, ranker, set.columns[ranker].length);
  return { light: rowsOf('light'), heavy: rowsOf('heavy'), served: countServed(chosen, set) };
}

/** The light ranker's values of a feature. */
const valuesOf = ({ light }: { readonly light: RankingRows }, name: string) => {
  const column = config.featureSet.light.indexOf(name);
  return Array.from({ length: light.labels.length }, (_, row) => light.features[row * light.columns + column]!);
};

describe('rows of logged slates', () => {
  test('have the values that were served, in both rankers', async () => {
    const rows = await collect(served());
    expect(rows.served.loggedLists).toBeGreaterThan(100);
    const { logged, mixed, recomputed } = rows.served.rows;
    expect([logged + recomputed, mixed]).toEqual([rows.light.labels.length, 0]);
    for (const ranker of ['light', 'heavy'] as const) {
      const { columns, features, labels } = rows[ranker];
      let marked = 0;
      for (let row = 0; row < labels.length; row++) {
        const first = set.served.indexOf(config.featureSet[ranker][0]!);
        if (!(features[row * columns]! >= 5000)) continue;
        marked++;
        const ordinal = features[row * columns]! - 5000 - first / 64;
        for (const [c, name] of config.featureSet[ranker].entries())
          if (set.served.includes(name))
            expect(features[row * columns + c]).toBe(Math.fround(mark(ordinal, set.served.indexOf(name))));
      }
      expect(marked).toBe(logged);
    }
  });

  test('a feature that was defined otherwise is computed again, and said so; the others are not', async () => {
    const definitions = config.featureSet.definitions.map(
      (feature): FeatureDefinition => (feature.name === 'price' ? { ...feature, transform: 'none' } : feature),
    );
    const { light, heavy } = config.featureSet;
    const rows = await collect(served(createFeatureSet({ definitions, light, heavy })));
    const { logged, mixed } = rows.served.rows;
    expect(logged).toBe(0);
    expect(rows.served.features.price).toEqual({ logged: 0, recomputed: rows.light.labels.length });
    expect(rows.served.features.hour).toEqual({ logged: mixed, recomputed: rows.light.labels.length - mixed });
    expect(Math.max(...valuesOf(rows, 'price'))).toBeLessThan(10);
    expect(valuesOf(rows, 'hour').filter((value) => value >= 5000).length).toBe(mixed);
  });

  test('without a log all is computed again', async () => {
    const rows = await collect(shop);
    expect(rows.served).toMatchObject({ loggedLists: 0, rows: { logged: 0, mixed: 0, recomputed: rows.light.labels.length } });
  });

  test('values of another width than the set says are refused, with its hash', async () => {
    const dataset = served();
    const read = async (wanted: Iterable<number>) =>
      new Map(
        [...wanted].map(
          (q) => [q, { featureHash: set.hash, ordinals: Int32Array.of(0, 1), values: new Float32Array(3) }] as const,
        ),
      );
    const broken = { ...dataset, served: { sets: [config.featureSet], read } };
    await expect(collect(broken)).rejects.toThrow(`feature set ${set.hash} has 3 served values for 2 x ${width}`);
  });
});
