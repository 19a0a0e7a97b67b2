import { type Command, Option } from 'commander';
import { settingsOver } from '../candidate/settings.ts';
import { positive, whole } from '../command/number.ts';
import { peakMemoryBytes, resetPeakMemory } from '../evaluate/memory.ts';
import { Failure } from '../failure.ts';
import { fitTrees } from '../fit/trees/boost.ts';
import { type TreeSettings, treeDefaults } from '../fit/trees/settings.ts';
import { scoreTrees } from '../fit/trees/tree.ts';
import { ltrDefaults } from './ltr/defaults.ts';
import { type RankingFile, readLibsvm } from './ltr/libsvm.ts';
import { cutoffs, type EmptyTreatment, emptyQueries, emptyTreatments, type NdcgFigures, ndcgOf } from './ltr/measure.ts';
import { fitRidge, scoreRidge } from './ltr/ridge.ts';
import { collect } from './protocol/options.ts';

interface Options {
  readonly train: string;
  readonly test: string;
  readonly valid?: string;
  readonly threads: number;
  readonly seed: number;
  readonly seeds: number;
  readonly set: Readonly<Record<string, unknown>>;
  readonly ridge: number;
  readonly emptyQueries: EmptyTreatment;
}

export const declare = (command: Command): Command =>
  command
    .requiredOption(
      '--train <file>',
      'libsvm rows: grade [qid:query] column:value ...; queries of FILE.query where there is no qid:',
    )
    .requiredOption('--test <file>', 'the same')
    .option('--valid <file>', 'the same, for early stopping')
    .option('--threads <number>', 'worker threads', whole(1), 1)
    .option('--seed <number>', 'seed of everything random', whole(0), 1)
    .option('--seeds <number>', 'so many fits, with the seed and those after it; figures are means', whole(1), 1)
    .option('--set <name=value>', 'a setting of fitTrees instead of the default; may be repeated', collect, {})
    .option('--ridge <penalty>', 'of the ridge regression beside, per row', positive, 0.1)
    .addOption(
      new Option('--empty-queries <treatment>', 'what a query without a relevant document counts as')
        .choices(emptyTreatments)
        .default('left-out'),
    );

/** LambdaMART on files of graded documents, and a ridge regression beside: mean NDCG at 1, 3, 5 and 10. */
export async function run(options: Options): Promise<object> {
  resetPeakMemory();
  const start = performance.now();
  const seconds = (since: number) => Math.round(performance.now() - since) / 1000;
  const train = await readLibsvm(options.train);
  const test = await readLibsvm(options.test, train.columns);
  const valid = options.valid === undefined ? undefined : await readLibsvm(options.valid, train.columns);
  const readSeconds = seconds(start);
  if (options.emptyQueries === 'left-out' && emptyQueries(test) === test.offsets.length - 1)
    throw new Failure('no-data', `no query of ${options.test} has a relevant document`);
  const defaults = { ...treeDefaults, ...ltrDefaults(train.labels.length, valid !== undefined) };
  const settings = settingsOver('lambdamart', defaults, options.set) as TreeSettings;
  const fits: { readonly ndcg: NdcgFigures; readonly trees: number; readonly seconds: number }[] = [];
  for (let k = 0; k < options.seeds; k++) {
    const began = performance.now();
    const model = await fitOrRefuse(train, { ...settings, threads: options.threads, seed: options.seed + k }, valid);
    fits.push({
      seconds: seconds(began),
      trees: model.trees.length,
      ndcg: ndcgOf(scoreTrees(model, test.features), test, options.emptyQueries),
    });
  }
  const fitSeconds = mean(fits.map((fit) => fit.seconds));
  const spent = { totalSeconds: round(seconds(start) - fitSeconds * (fits.length - 1), 3), readSeconds, fitSeconds };
  const memory = { peakMemoryBytes: peakMemoryBytes() };
  const beganRidge = performance.now();
  const ridge = ndcgOf(scoreRidge(await fitRidge(train, options.ridge, options.threads), test), test, options.emptyQueries);
  const figures = meanOf(fits.map(({ ndcg }) => ndcg));
  const losesToRidge = figures.ndcg10 < ridge.ndcg10;
  if (losesToRidge) process.stderr.write('warning: the trees lose to ridge regression on the test part: they overfit\n');
  return {
    bench: 'ltr',
    model: 'lambdamart',
    ...figures,
    ...spent,
    ...memory,
    ...(fits.length > 1 && { ndcg10BySeed: fits.map(({ ndcg }) => round(ndcg.ndcg10)) }),
    losesToRidge,
    ridge: { ...meanOf([ridge]), penalty: options.ridge, fitSeconds: seconds(beganRidge) },
    emptyQueries: { treatment: options.emptyQueries, count: emptyQueries(test) },
    trees: fits.map(({ trees }) => trees),
    threads: options.threads,
    seed: options.seed,
    data: { train: shapeOf(train), test: shapeOf(test), ...(valid && { valid: shapeOf(valid) }), columns: train.columns },
    settings: { ...defaults, ...options.set, threads: undefined, seed: undefined },
  };
}

/** Settings out of range are the caller's to put right. */
async function fitOrRefuse(train: RankingFile, settings: TreeSettings, valid: RankingFile | undefined) {
  try {
    return await fitTrees(train, settings, valid);
  } catch (error) {
    throw error instanceof RangeError && error.message.startsWith('trees:') ? new Failure('usage', error.message) : error;
  }
}

const shapeOf = ({ labels, offsets, unknownColumns }: RankingFile) => ({
  rows: labels.length,
  queries: offsets.length - 1,
  ...(unknownColumns > 0 && { unknownColumns }),
});

const round = (value: number, digits = 4): number => Math.round(value * 10 ** digits) / 10 ** digits;
const mean = (values: readonly number[]): number => round(values.reduce((sum, value) => sum + value, 0) / values.length);
const meanOf = (all: readonly NdcgFigures[]): NdcgFigures =>
  Object.fromEntries(cutoffs.map((k) => [`ndcg${k}`, mean(all.map((figures) => figures[`ndcg${k}`]))])) as NdcgFigures;
