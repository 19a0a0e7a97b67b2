import { type Command, Option } from 'commander';
import { refusedSettings, settingsOver } from '../candidate/settings.ts';
import { positive, share, whole } from '../command/number.ts';
import { peakMemoryBytes, resetPeakMemory } from '../evaluate/memory.ts';
import { Failure } from '../failure.ts';
import { type TreeSettings, treeDefaults } from '../fit/trees/settings.ts';
import { ltrDefaults } from './ltr/defaults.ts';
import { fitLtr, type LtrModel, type LtrSettings, scoreLtr } from './ltr/fit.ts';
import { type RankingFile, readLibsvm } from './ltr/libsvm.ts';
import { cutoffs, type EmptyTreatment, emptyQueries, emptyTreatments, type NdcgFigures, ndcgOf } from './ltr/measure.ts';
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
  readonly ridgeWeight?: number;
  readonly emptyQueries: EmptyTreatment;
}

export const declare = (command: Command): Command =>
  command
    .requiredOption(
      '--train <file>',
      'libsvm rows: grade [qid:query] column:value ...; queries of FILE.query where there is no qid:',
    )
    .requiredOption('--test <file>', 'the same')
    .option('--valid <file>', 'the same, for early stopping; absent: a fifth of the training queries, and one more fit on all')
    .option('--threads <number>', 'worker threads', whole(1), 1)
    .option('--seed <number>', 'seed of everything random', whole(0), 1)
    .option('--seeds <number>', 'so many fits, with the seed and those after it; figures are means', whole(1), 1)
    .option('--set <name=value>', 'a setting of fitTrees instead of the default; may be repeated', collect, {})
    .option('--ridge <penalty>', 'of the ridge regression beside, per row', positive, 0.1)
    .option(
      '--ridge-weight <share>',
      'of the ridge regression in the score, 0 to 1; absent: what is best on the validation queries',
      share,
    )
    .addOption(
      new Option('--empty-queries <treatment>', 'what a query without a relevant document counts as')
        .choices(emptyTreatments)
        .default('left-out'),
    );

/** LambdaMART with as much of a ridge regression as validation says, on files of graded documents: mean NDCG at 1, 3, 5 and 10, of each alone beside. */
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
  const defaults = { ...treeDefaults, ...ltrDefaults(train.labels.length) };
  const settings = settingsOver('lambdamart', defaults, options.set) as TreeSettings;
  const given = options.ridgeWeight === undefined ? {} : { ridgeWeight: options.ridgeWeight };
  const ndcg = (model: LtrModel) => ndcgOf(scoreLtr(model, test), test, options.emptyQueries);
  const fits: { readonly model: LtrModel; readonly figures: NdcgFigures; readonly seconds: number }[] = [];
  for (let k = 0; k < options.seeds; k++) {
    const began = performance.now();
    const trees = { ...settings, threads: options.threads, seed: options.seed + k };
    const model = await fitOrRefuse(train, valid, { trees, ridge: options.ridge, ...given });
    fits.push({ model, seconds: seconds(began), figures: ndcg(model) });
  }
  const fitSeconds = mean(fits.map((fit) => fit.seconds));
  const spent = { totalSeconds: round(seconds(start) - fitSeconds * (fits.length - 1), 3), readSeconds, fitSeconds };
  const memory = { peakMemoryBytes: peakMemoryBytes() };
  const figures = meanOf(fits.map((fit) => fit.figures));
  const treesAlone = meanOf(fits.map(({ model }) => ndcg({ ...model, ridgeWeight: 0 })));
  const ridge = meanOf(fits.map(({ model }) => ndcg({ ...model, ridgeWeight: 1 })));
  const losesToRidge = figures.ndcg10 < ridge.ndcg10;
  if (losesToRidge)
    process.stderr.write('warning: what was fitted loses to ridge regression on the test part: the trees overfit\n');
  return {
    bench: 'ltr',
    model: 'lambdamart',
    ...figures,
    ...spent,
    ...memory,
    ...(fits.length > 1 && { ndcg10BySeed: fits.map((fit) => round(fit.figures.ndcg10)) }),
    losesToRidge,
    ridgeWeight: fits.map(({ model }) => model.ridgeWeight),
    chosenOn: fits[0]?.model.chosenOn,
    treesAlone,
    ridge: { ...ridge, penalty: options.ridge },
    emptyQueries: { treatment: options.emptyQueries, count: emptyQueries(test) },
    trees: fits.map(({ model }) => model.trees.trees.length),
    threads: options.threads,
    seed: options.seed,
    data: { train: shapeOf(train), test: shapeOf(test), ...(valid && { valid: shapeOf(valid) }), columns: train.columns },
    settings: { ...defaults, ...options.set, threads: undefined, seed: undefined },
  };
}

/** Settings out of range are the caller's to put right. */
async function fitOrRefuse(train: RankingFile, valid: RankingFile | undefined, settings: LtrSettings): Promise<LtrModel> {
  try {
    return await fitLtr(train, valid, settings);
  } catch (error) {
    throw refusedSettings('trees', error);
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
