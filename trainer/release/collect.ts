import { openFeatureSet } from '../../shared/feature/set.ts';
import { kernelEncoder } from '../../shared/model/encoder.ts';
import { seedEncoder } from '../../shared/retrieval/seed-encoder.ts';
import { flatIndex } from '../../shared/vector/search.ts';
import type { Generators } from '../candidate/generators.ts';
import type { Interactions } from '../candidate/interactions.ts';
import type { LoadedConfig } from '../config.ts';
import { createRetrieval, historyItemsOf } from '../dataset/candidates.ts';
import { subset } from '../dataset/list.ts';
import { weightOfType } from '../dataset/positive.ts';
import { queriesOf, sampleQueries } from '../dataset/query.ts';
import type { ReplayInput } from '../dataset/replay.ts';
import { type CollectedLists, collectLists } from '../dataset/rows.ts';
import { loggedLists, slatesOf } from '../dataset/served.ts';
import { shownSlates } from '../dataset/shown.ts';
import type { Split } from '../dataset/split.ts';
import { Failure } from '../failure.ts';
import { createRandom } from '../random.ts';
import type { ReleaseContext } from './artifact.ts';

/** Share of queries whose target is retrieved is about a third: this many more are asked than lists are wanted. */
const askedPerList = 3;

/** The first surface is the one that rankers are trained for and releases are judged on. */
export function surfaceOf(config: LoadedConfig) {
  const [surface] = config.surfaces;
  if (!surface) throw new Failure('bad-input', 'the configuration has no surface');
  return surface;
}

export const replayInput = ({ dataset, config }: ReleaseContext, generators: Generators): ReplayInput => ({
  dataset,
  set: openFeatureSet(config.featureSet),
  historyItems: historyItemsOf(dataset.items, generators),
  weights: weightOfType(config.positives),
  popularHalfLifeDays: config.training.popularHalfLifeDays,
});

/** Choices and slates of the part of the log that rankers learn from, with candidates and features as of their time. */
export async function collectRankerLists(
  input: ReleaseContext,
  log: Interactions,
  split: Split,
  generators: Generators,
): Promise<CollectedLists> {
  const { dataset, config, kernels } = input;
  const { ranker, seed, attributionSeconds } = config.training;
  const surface = surfaceOf(config);
  const features = openFeatureSet(config.featureSet);
  const random = createRandom(seed, 'rows');
  const range = { fromMs: split.rankerFromMs, toMs: split.testFromMs };
  const weights = weightOfType(config.positives);
  const queries = sampleQueries(queriesOf(log, range, surface.rules.excludeSeen), ranker.maxQueries * askedPerList, random);
  const slates = shownSlates(dataset, { ...range, surface: surface.name }, weights, attributionSeconds);
  const shown = subset(slates, ranker.maxQueries, createRandom(seed, 'slates'));
  const slateOf = new Map([...slatesOf(dataset, queries, weights), ...shown.map((slate) => [slate, slate.slate] as const)]);
  const retrieval = createRetrieval({
    items: dataset.items,
    features,
    generators,
    surface,
    index: flatIndex(kernels.openScan, generators.vectors),
    encoder: generators.encoder && seedEncoder(kernelEncoder(generators.encoder, kernels.rank)),
  });
  return collectLists(replayInput(input, generators), retrieval, {
    logged: await loggedLists(dataset, slateOf, features),
    queries,
    shown,
    negatives: ranker.negatives,
    maxLists: ranker.maxQueries,
    random,
  });
}
