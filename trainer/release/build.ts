import { availableParallelism } from 'node:os';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { openRelease } from '../../shared/release/open.ts';
import { chooseGenerators, contentOf, fitGenerators, type GeneratorChoice, recordOf } from '../candidate/generators.ts';
import type { Interactions } from '../candidate/interactions.ts';
import { checkModelSettings } from '../candidate/trained.ts';
import type { LoadedConfig } from '../config.ts';
import { positiveInteractions } from '../dataset/positive.ts';
import { replayAll } from '../dataset/replay.ts';
import type { CollectedLists, ServedCounts } from '../dataset/rows.ts';
import { splitByTime } from '../dataset/split.ts';
import { evaluateRelease } from '../evaluate/evaluate.ts';
import type { EvaluationReport } from '../evaluate/report.ts';
import { Failure } from '../failure.ts';
import { chooseRanker, type RankerChoice, rankerRecord } from '../fit/choose.ts';
import type { BuildNetwork } from '../fit/custom/network.ts';
import { loadNetwork, loadRanker } from '../fit/rankers.ts';
import type { RankingRows } from '../fit/rows.ts';
import type { Dataset } from '../log/dataset.ts';
import type { Progress } from '../progress.ts';
import type { Truth } from '../simulate/read-truth.ts';
import {
  type Artifacts,
  bytesOf,
  type EncodedArtifacts,
  encodeArtifacts,
  type ReleaseContext,
  type ReleaseFiles,
  sealManifest,
} from './artifact.ts';
import { type Calibrated, calibrateRankers } from './calibrate.ts';
import { collectRankerLists, replayInput, surfaceOf } from './collect.ts';
import type { PrivateFigures } from './private.ts';
import { refuseUnrankable } from './rankable.ts';
import { rankerRows } from './ranker-rows.ts';

export interface BuildInput extends ReleaseContext {
  readonly progress: Progress;
  /** After the evaluation, fit the candidate models once more on every event. */
  readonly refit: boolean;
  readonly k: number;
  /** Of a simulated shop; the evaluation alone looks at it. */
  readonly truth?: Truth;
}

export interface BuiltRelease extends ReleaseFiles {
  readonly report: EvaluationReport;
  /** What item-to-item lists and vectors are made by. */
  readonly choice: GeneratorChoice;
  readonly rankers: { readonly light: RankerChoice; readonly heavy: RankerChoice };
  /** What scores mean, where slates were learnt from. */
  readonly calibrated?: Calibrated;
  /** Where the served values of the rankers' rows are from. */
  readonly served: ServedCounts;
  /** What went on in training that a person may want to know. */
  readonly warnings: readonly string[];
  /** How vectors are searched: inverted lists with the recall that was measured, or every row. */
  readonly index: EncodedArtifacts['index'];
  /** What devices search by themselves, where a surface asks for it. */
  readonly private: PrivateFigures | undefined;
  /** Seconds per stage; not part of the release. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Rankers need this many lists to learn more than noise. */
const fewLists = 200;

/**
 * From a data set to a release: split by time, fit candidate models on the first part, rankers on what those retrieve in the second, candidate models once
 * more on both, and evaluate the whole on the third. A function of data, configuration and seed.
 * @throws Failure `no-data` or `bad-input` when the data cannot be learnt from, `gate` when a result may not be released.
 */
export async function buildRelease(input: BuildInput): Promise<BuiltRelease> {
  const { dataset, config, progress } = input;
  const seconds: Record<string, number> = {};
  const stage = async <Result>(name: string, title: string, run: () => Result | Promise<Result>): Promise<Result> => {
    const start = performance.now();
    const result = await progress.step(title, run);
    seconds[name] = Math.round(performance.now() - start) / 1000;
    return result;
  };
  await checkModelSettings(config.training.models);
  refuseUnrankable(dataset.items);
  const log = positiveInteractions(dataset, config.positives);
  const split = splitByTime(log, config.training);
  const { training } = config;
  const parts = { log, items: dataset.items, training, surface: surfaceOf(config), kernels: input.kernels };
  const material = { ...parts, alike: contentOf(parts) };
  const { choice, early } = await stage('choice', 'Choose candidate models', () =>
    chooseGenerators(material, { fromMs: split.rankerFromMs, toMs: split.testFromMs }),
  );
  const late = await stage('candidates', 'Fit candidate models', () => fitGenerators(material, split.testFromMs, choice));
  const lists = await stage('rows', 'Collect what the cascade would have retrieved', () =>
    collectRankerLists(input, log, split, early),
  );
  if (lists.retrieved < 2) {
    const hint = 'Import more of the log, or let the first surface retrieve more candidates.';
    throw new Failure(
      'no-data',
      `of ${lists.queries} later choices ${lists.retrieved} were retrieved: too few to train a ranker`,
      hint,
    );
  }
  const rows = rankerRows(lists, openFeatureSet(config.featureSet), config.training.ranker);
  const warnings: string[] = [...rows.warnings];
  const rankers = await stage('fit', 'Fit rankers', async () => {
    const warn = (message: string) => warnings.push(message);
    const heavy = await fit(rows.heavy, 'heavy', config, warn);
    const teacher = heavy.ranker.score(rows.heavy);
    return { light: await fit({ ...rows.light, teacher }, 'light', config, warn), heavy };
  });
  const [light, heavy] = [rankers.light.ranker, rankers.heavy.ranker];
  const made = { ...recordOf(choice), light: rankerRecord(rankers.light), heavy: rankerRecord(rankers.heavy) };
  const calibrated = calibrateRankers(rows, { light, heavy });
  const ranking = { light, heavy, ...(calibrated && { calibration: calibrated.document }) };
  const learnt = { ...ranking, generators: late };
  const held = await stage('assemble', 'Assemble the release', () => encodeArtifacts(input, artifactsOf(input, learnt)));
  const report = await stage('evaluate', 'Evaluate on what came after', async () => {
    const release = await openRelease(
      sealManifest(input, held, { metrics: {}, choice: made }),
      async (file) => bytesOf(held.bytes, file.role),
      {
        heavy: true,
      },
    );
    const columns = { columns: config.featureSet.heavy, featureHash: config.featureSet.hash };
    const others = Object.fromEntries(rankers.heavy.others.map(({ name, ranker }) => [name, ranker.encode(columns)]));
    const trees = { ...(light.trees && { light: light.trees }), ...(heavy.trees && { heavy: heavy.trees }) };
    const { kernels, k, truth } = input;
    return evaluateRelease({ dataset, release, config, kernels, k, others, trees, ...(truth && { truth }) });
  });
  const files = input.refit
    ? await stage('refit', 'Fit candidate models on everything', async () => {
        const generators = await fitGenerators(material, dataset.info.throughMs + 1, choice);
        return encodeArtifacts(input, artifactsOf(input, { ...ranking, generators }));
      })
    : held;
  return {
    files: files.bytes,
    lists: files.private?.lists,
    manifest: sealManifest(input, files, { metrics: report.metrics, choice: made }),
    report,
    choice,
    rankers,
    served: rows.served,
    ...(calibrated && { calibrated }),
    warnings: [...warningsOf(lists, dataset, log), ...warnings],
    index: files.index,
    private: files.private?.figures,
    seconds,
  };
}

async function fit(
  rows: RankingRows,
  role: 'light' | 'heavy',
  { training, networks, featureSet }: LoadedConfig,
  warn: (message: string) => void,
): Promise<RankerChoice> {
  const offers = training.ranker[role].map(async (name) => {
    const settings = training.ranker.settings?.[name];
    const network = networks?.[name];
    const model = network ? await loadNetwork(name, network as BuildNetwork, featureSet[role]) : await loadRanker(name);
    return { model, ...(settings && { settings }) };
  });
  const { seed, budgetSeconds } = training;
  const context = { seed, stream: role, threads: availableParallelism(), warn, budgetSeconds };
  return chooseRanker(await Promise.all(offers), rows, context);
}

/** Counters are of the whole log: they are what a site knows at the time of the release, and no learnt part has seen them. */
function artifactsOf(input: BuildInput, learnt: Pick<Artifacts, 'light' | 'heavy' | 'calibration' | 'generators'>): Artifacts {
  return { ...learnt, ...replayAll(replayInput(input, learnt.generators), input.dataset.info.throughMs) };
}

function warningsOf(lists: CollectedLists, dataset: Dataset, log: Interactions): string[] {
  const warnings: string[] = [];
  if (lists.retrieved < fewLists)
    warnings.push(`only ${lists.retrieved} lists to train rankers on: expect little of their order`);
  if (log.n === dataset.events.n)
    warnings.push('every event is a positive: without impressions, what was shown and not chosen is unknown');
  return warnings;
}
