import { openFeatureSet } from '../../../shared/feature/set.ts';
import { flatIndex } from '../../../shared/vector/search.ts';
import { loadKernels } from '../../adapter/kernel.ts';
import { chooseGenerators } from '../../candidate/generators.ts';
import { loadConfig } from '../../config.ts';
import { createRetrieval, historyItemsOf } from '../../dataset/candidates.ts';
import { joined, subset } from '../../dataset/list.ts';
import { positiveInteractions, weightOfType } from '../../dataset/positive.ts';
import { collectLists } from '../../dataset/rows.ts';
import { shownSlates } from '../../dataset/shown.ts';
import { splitByTime } from '../../dataset/split.ts';
import { Failure } from '../../failure.ts';
import { openDataset } from '../../log/dataset.ts';
import { createRandom } from '../../random.ts';
import { readTruth } from '../../simulate/read-truth.ts';
import type { KnownRows } from './clicks.ts';

export interface World {
  /** The latest slates of a simulated shop, with the heavy ranker's features and the truth. */
  readonly known: KnownRows;
  /** [lists]: who was shown them. */
  readonly visitors: Int32Array;
  /** Names of the columns. */
  readonly columns: readonly string[];
}

/** Candidate models see what comes before; those that cost little. */
const [shareBefore, budgetSeconds] = [0.45, 0.05];

/** @throws Failure `bad-input` for a data set without its truth. */
export async function openWorld(directory: string, slates: number): Promise<World> {
  const dataset = await openDataset(directory);
  const truth = await readTruth(directory, dataset);
  if (!truth) throw new Failure('bad-input', `${directory} has no truth beside it`, 'Make a shop with `vitrine simulate`.');
  const [config, kernels] = [await loadConfig(undefined, { budgetSeconds }), await loadKernels()];
  const [surface] = config.surfaces;
  if (!surface) throw new Failure('bad-input', 'the configuration has no surface');
  const log = positiveInteractions(dataset, config.positives);
  const rest = 1 - shareBefore;
  const { rankerFromMs } = splitByTime(log, { testShare: rest / 2, rankerShare: rest / 2 });
  const { items } = dataset;
  const features = openFeatureSet(config.featureSet);
  const { early } = await chooseGenerators(
    { log, items, training: config.training, surface, kernels },
    { fromMs: rankerFromMs, toMs: dataset.info.throughMs },
  );
  const weights = weightOfType(config.positives);
  const range = { fromMs: rankerFromMs, toMs: dataset.info.throughMs, surface: surface.name };
  const shown = subset(
    shownSlates(dataset, range, weights, config.training.attributionSeconds),
    slates,
    createRandom(1, 'unbiased/slates'),
  );
  const historyItems = historyItemsOf(items, early);
  const { popularHalfLifeDays } = config.training;
  const { shown: lists } = collectLists(
    { dataset, set: features, historyItems, weights, popularHalfLifeDays },
    createRetrieval({
      items,
      features,
      generators: early,
      surface,
      index: flatIndex(kernels.openScan, early.vectors),
      encoder: undefined,
    }),
    { queries: [], shown, negatives: 1, maxLists: slates, random: createRandom(1, 'unbiased') },
  );
  const rows = joined(lists, 'heavy', features.columns.heavy.length);
  const wishes = shown.flatMap(({ user, tMs, targets }) => {
    const own = truth.clickProbabilities(dataset.events.users[user] as string, tMs);
    return targets.map((ordinal) => own?.[ordinal] ?? 0);
  });
  return {
    known: { rows, wishes: Float64Array.from(wishes), examination: truth.examination },
    visitors: Int32Array.from(shown, ({ user }) => user),
    columns: config.featureSet.heavy,
  };
}
