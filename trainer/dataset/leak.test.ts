import { describe, expect, test } from 'vitest';
import { assemble } from '../../shared/feature/assemble.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { plainRankKernel, plainScanKernel } from '../../shared/kernel/kernel.ts';
import { servedOf } from '../../shared/release/cascade.ts';
import { flatIndex } from '../../shared/vector/search.ts';
import { fitGenerators, type Generators } from '../candidate/generators.ts';
import { loadConfig } from '../config.ts';
import type { Dataset } from '../log/dataset.ts';
import { createRandom } from '../random.ts';
import { candidatesOf, contextOf, createRetrieval, historyItemsOf } from './candidates.ts';
import { makeShop, truncated } from './fixture.case.ts';
import { positiveInteractions, weightOfType } from './positive.ts';
import { type Query, queriesOf, sampleQueries } from './query.ts';
import { replay } from './replay.ts';
import { splitByTime } from './split.ts';

const config = await loadConfig();
const set = openFeatureSet(config.featureSet);
const shop = makeShop();
const log = positiveInteractions(shop, config.positives);
const split = splitByTime(log, { testShare: 0.2, rankerShare: 0.3 });
const range = { fromMs: split.rankerFromMs, toMs: split.testFromMs };
const queries = sampleQueries(queriesOf(log, range, true), 20, createRandom(1, 'leak'));

/** The cheapest models are enough here. */
const materialOf = (dataset: Dataset) => ({
  log: positiveInteractions(dataset, config.positives),
  items: dataset.items,
  training: config.training,
  surface: config.surfaces[0]!,
  kernels: { rank: plainRankKernel(), openScan: plainScanKernel },
});
const fitted = (dataset: Dataset): Promise<Generators> => fitGenerators(materialOf(dataset), split.rankerFromMs);
/** The whole log is asked about for every query, and fitted once. */
const whole = fitted(shop);
const honest = (dataset: Dataset): Promise<Generators> => (dataset === shop ? whole : fitted(dataset));

/** Everything that a ranker would be told about a query, from this data: candidates and both feature matrices. */
async function seenBy(dataset: Dataset, query: Query, fit: (dataset: Dataset) => Promise<Generators>) {
  const generators = await fit(dataset);
  const historyItems = historyItemsOf(dataset.items, generators);
  const retrieval = createRetrieval({
    items: dataset.items,
    features: set,
    generators,
    surface: config.surfaces[0]!,
    index: flatIndex(plainScanKernel, generators.vectors),
  });
  let result: unknown;
  replay(
    { dataset, set, historyItems, weights: weightOfType(config.positives), popularHalfLifeDays: 30 },
    [query],
    (_, world) => {
      const candidates = candidatesOf(retrieval, query, world);
      const catalog = world.catalog(candidates.ordinals);
      const served = servedOf(
        { features: set, items: dataset.items, catalog, vectors: generators.vectors },
        candidates,
        contextOf(world, config.surfaces[0]!, candidates.ordinals),
      );
      const known = Array.from(candidates.ordinals, (ordinal) => historyItems[ordinal]!);
      const device = deviceValues(set, world.user, known, world.nowMs);
      const heavy = assemble(set, 'heavy', candidates.ordinals.length, served, device);
      result = { ordinals: [...candidates.ordinals], heavy: [...heavy], seen: [...world.seen], seeds: world.seeds };
    },
  );
  return result;
}

/** Whether what is known of the query depends on anything at or after its time. */
async function leaks(
  query: Query,
  options: { readonly fit?: (dataset: Dataset) => Promise<Generators>; readonly asked?: Query } = {},
): Promise<boolean> {
  const { fit = honest, asked = query } = options;
  const all = JSON.stringify(await seenBy(shop, asked, fit));
  return all !== JSON.stringify(await seenBy(truncated(shop, query.tMs), asked, fit));
}

describe('nothing at or after an interaction is in its row', () => {
  test('cutting the log at the interaction changes neither candidates nor features', async () => {
    expect(queries.length).toBe(20);
    for (const query of queries) expect(await leaks(query)).toBe(false);
  });

  test('a planted leak is caught: state that includes the instant of the interaction', async () => {
    for (const query of queries) expect(await leaks(query, { asked: { ...query, tMs: query.tMs + 1 } })).toBe(true);
  });

  test('a planted leak is caught: candidate models fitted on everything that claim not to be', async () => {
    const lying = async (dataset: Dataset): Promise<Generators> => ({
      ...(await fitGenerators(materialOf(dataset), Number.POSITIVE_INFINITY)),
      fittedThroughMs: split.rankerFromMs,
    });
    for (const query of queries.slice(0, 5)) expect(await leaks(query, { fit: lying })).toBe(true);
  });

  test('candidate models that say that they saw the query are refused', async () => {
    const late = (dataset: Dataset) => fitGenerators(materialOf(dataset), split.testFromMs);
    await expect(seenBy(shop, queries[0]!, late)).rejects.toThrow(/leak/);
  });
});
