import type { TrainingConfig, VitrineConfig } from '../../shared/contract/config.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { Surface } from '../../shared/contract/surface.ts';
import type { RankKernel, ScanKernel } from '../../shared/kernel/kernel.ts';
import { openSeedEncoder } from '../../shared/release/encoder.ts';
import { type OpenRelease, releaseIndex } from '../../shared/release/open.ts';
import type { Blended } from '../../shared/retrieval/blend.ts';
import { before, type Interactions } from '../candidate/interactions.ts';
import { candidatesOf, createRetrieval, historyItemsOf, pickCandidates } from '../dataset/candidates.ts';
import { createListMaker } from '../dataset/list-maker.ts';
import { positiveInteractions, weightOfType } from '../dataset/positive.ts';
import { type Query, queriesOf, sampleQueries } from '../dataset/query.ts';
import { type AsOf, type ReplayInput, replay } from '../dataset/replay.ts';
import { Failure } from '../failure.ts';
import type { FittedTrees } from '../fit/trees/tree.ts';
import type { Dataset } from '../log/dataset.ts';
import { createRandom } from '../random.ts';
import type { Truth } from '../simulate/read-truth.ts';
import { drawResamples } from './bootstrap.ts';
import { createClicks } from './clicks.ts';
import { diversity, novelty } from './exposure.ts';
import { createSample, type Explained, importanceOf } from './importance.ts';
import { keptGain } from './kept.ts';
import { areaUnderCurve } from './metric.ts';
import { type Answer, answer, createCatalogue, type Question } from './order.ts';
import { createRegret } from './regret.ts';
import { baseSystems, type EvaluationReport, type Metrics } from './report.ts';
import { createRank } from './score.ts';
import { type Segment, segments, segmentsOf } from './segment.ts';
import { createTally, differences, type Tally } from './tally.ts';

export interface EvaluationInput {
  readonly dataset: Dataset;
  /** Opened with its heavy model. */
  readonly release: OpenRelease;
  readonly config: Pick<VitrineConfig, 'positives'> & { readonly training: TrainingConfig };
  readonly kernels: { readonly rank: RankKernel; readonly openScan: () => ScanKernel };
  readonly k: number;
  /** Of a simulated shop: every order is also held against the ideal one. */
  readonly truth?: Truth;
  /** Further heavy rankers to set beside the release's, as ONNX, by the names that they have in the report. */
  readonly others?: Readonly<Record<string, Uint8Array>>;
  /** Of the release's rankers, where they are known: what explains scores of trees. */
  readonly trees?: Readonly<Partial<Record<'light' | 'heavy', FittedTrees>>>;
}

const resampleCount = 1000;
/** More narrow the intervals little: visitors differ more than the choices of one. */
const evaluatedQueries = 3000;
const baselines = ['popularity', 'blend', 'edge'] as const;

/**
 * Evaluates a release on what came after the time through which it was fitted: visitors' next choices, each from the state as of that choice. Learnt
 * parts are the release's; counters (popularity lists and catalogue features) are as of the query, as a site keeps them, and not those of the release
 * directory, which have counted the whole log. Every visitor counts the same, intervals are from resampling visitors.
 * @throws Failure `no-data` when nothing is held out.
 */
export function evaluateRelease(input: EvaluationInput): EvaluationReport {
  const { dataset, release, config, kernels, k } = input;
  const surface = release.manifest.surfaces[0] as Surface;
  const fromMs = release.manifest.data.fittedThroughMs;
  const random = createRandom(config.training.seed, 'evaluate');
  const log = positiveInteractions(dataset, config.positives);
  const held = queriesOf(log, { fromMs, toMs: Number.POSITIVE_INFINITY }, surface.rules.excludeSeen);
  if (held.length === 0) {
    throw new Failure(
      'no-data',
      'nothing is held out: the release was fitted on every interaction of this data',
      'A release trained with --refit keeps the figures of the split in its manifest; train without --refit to evaluate again.',
    );
  }
  const queries = sampleQueries(held, Math.min(evaluatedQueries, config.training.ranker.maxQueries), random);
  const generators = { fittedThroughMs: fromMs, similar: release.similar, vectors: release.vectors };
  const { features, items } = release;
  const retrieval = createRetrieval({
    items,
    features,
    generators,
    surface,
    index: releaseIndex(kernels.openScan, release),
    encoder: openSeedEncoder(release, kernels.rank),
  });
  const historyItems = historyItemsOf(items, generators);
  const rank = createRank(release, kernels.rank, retrieval, historyItems, input.others);
  const users = denseUsers(queries);
  const available = items.filter((item) => item.available !== false).length;
  const catalogue = createCatalogue(items);
  const others = Object.keys(input.others ?? {});
  const systems = ['release', ...others, ...baseSystems.slice(1)];
  const bySystem = <Value>(make: (system: string) => Value): Record<string, Value> =>
    Object.fromEntries(systems.map((system) => [system, make(system)]));
  const sample = createSample();
  const tallies = bySystem(() => createTally(users.size, k, available));
  const parts = bySegment(() => bySystem(() => createTally(users.size, k, available)));
  const segmentOf = segmentsOf(log, fromMs, queries);
  const exposure = exposureOf(before(log, fromMs), items);
  const { popularHalfLifeDays } = config.training;
  const weights = weightOfType(config.positives);
  const past: ReplayInput = { dataset, set: features, historyItems, weights, popularHalfLifeDays };
  const clicks = createClicks(input, createListMaker(past, retrieval), rank.scores);
  const asked = [...queries, ...clicks.slates].sort((a, b) => a.tMs - b.tMs);
  replay(past, asked, (query, world) => {
    if (clicks.add(query, world)) return;
    const targets = new Set(query.targets);
    const question: Question = { items, surface, targets, seen: world.seen, nowMs: world.nowMs, k };
    const candidates = candidatesOf(retrieval, query, world);
    const user = users.get(query.user) as number;
    const shown = eligible(candidates, question);
    const regret = regretOf(input, query, world);
    const isTarget = (i: number) => targets.has(shown.ordinals[i] as number);
    const add = (system: string, given: Answer, scoreOf: (i: number) => number) => {
      const others = {
        auc: areaUnderCurve(Float64Array.from(shown.indices, scoreOf), isTarget),
        ...exposure(given.slate, k),
        ...regret(given.slate),
      };
      const found = shown.ordinals.reduce((n, ordinal) => n + (targets.has(ordinal) ? 1 : 0), 0);
      tallies[system]?.add(user, given, system === 'release' ? { ...others, retrieved: found / targets.size } : others);
      for (const segment of segmentOf(query)) parts[segment][system]?.add(user, given, {});
    };
    const scores: Record<string, Float32Array> = { ...rank.scores(candidates, world), blend: candidates.scores };
    // Like its features, the visitor's taste is known on the device alone.
    const onDevice = surface.rerank ? { ...question, taste: world.taste } : question;
    for (const [system, values] of Object.entries(scores)) {
      const own = system === 'edge' || system === 'blend' ? question : onDevice;
      add(system, answer(own, candidates.ordinals, values), (i) => values[i] as number);
    }
    if (shown.ordinals.some((ordinal) => targets.has(ordinal)))
      sample.add(() => ({
        labels: Float32Array.from(shown.ordinals, (ordinal) => Number(targets.has(ordinal))),
        ...rank.asked(pickCandidates(candidates, shown.indices), world),
      }));
    const { popularity } = world;
    const popular = catalogue.answerByValue(question, popularity, world.seenOrdinals);
    add('popularity', popular, (i) => popularity[candidates.ordinals[i] as number] as number);
    add('random', catalogue.answerAtRandom(question, random), () => random.uniform());
  });
  const resamples = drawResamples(users.size, resampleCount, createRandom(config.training.seed, 'bootstrap'));
  const compared = [`ndcg@${k}`, `recall@${k}`, `mrr@${k}`, `map@${k}`, ...(input.truth ? [`regret@${k}`] : [])];
  const of = (system: string) => tallies[system] as Tally;
  const compare = (a: string, b: string) => [`${a} - ${b}`, differences(of(a), of(b), compared, resamples)] as const;
  const probabilities = clicks.report();
  const calibrationOf = (system: string) => {
    const ece = probabilities?.[system as 'release']?.ece;
    return ece && { ece };
  };
  const metrics = Object.fromEntries([
    ...systems.map((system) => [system, { ...of(system).summary(resamples), ...calibrationOf(system) }] as const),
    ...[...others, ...baselines].map((system) => compare('release', system)),
    compare('edge', 'blend'),
  ]);
  const perUser = (system: string) => of(system).perUser(`ndcg@${k}`);
  const kept = keptGain({ edge: perUser('edge'), device: perUser('release'), blend: perUser('blend') }, resamples);
  const explain = (role: 'light' | 'heavy') => {
    const trees = input.trees?.[role];
    const ranker: Explained = { ...rank.rankers[role], columns: features.document[role], ...(trees && { trees }) };
    return importanceOf(ranker, role, sample.questions, { seed: config.training.seed, k });
  };
  const [light, heavy] = [explain('light'), explain('heavy')];
  return {
    version: 1,
    surface: surface.name,
    k,
    queries: queries.length,
    users: users.size,
    fromMs,
    systems,
    ...(kept && { kept }),
    ...(light && heavy && { importance: { light, heavy } }),
    ...(release.manifest.choice && { choice: release.manifest.choice }),
    metrics,
    ...(probabilities && { probabilities }),
    segments: bySegment((segment) => ({
      queries: parts[segment].release?.queries ?? 0,
      users: parts[segment].release?.users ?? 0,
      metrics: bySystem((system) => pick((parts[segment][system] as Tally).summary(resamples), [`ndcg@${k}`, `recall@${k}`])),
    })),
    coverage: bySystem((system) => of(system).coverage()),
  };
}

const bySegment = <Value>(make: (segment: Segment) => Value) =>
  Object.fromEntries(segments.map((segment) => [segment, make(segment)])) as Record<Segment, Value>;
const pick = (metrics: Metrics, names: readonly string[]): Metrics =>
  Object.fromEntries(Object.entries(metrics).filter(([name]) => names.includes(name)));

/** What a slate misses of the clicks of the ideal one, where the truth is known. */
function regretOf({ truth, dataset, release, k }: EvaluationInput, query: Query, world: AsOf) {
  const wishes = truth?.clickProbabilities(dataset.events.users[query.user] as string, query.tMs);
  if (!truth || !wishes) return () => ({});
  const hidden = release.manifest.surfaces[0]?.rules.excludeSeen ? world.seenOrdinals : new Set<number>();
  const regret = createRegret(
    { wishes, examination: truth.examination },
    { items: release.items, nowMs: world.nowMs, k, hidden },
  );
  return (slate: readonly number[]) => ({ [`regret@${k}`]: regret(slate) });
}

/** Novelty, by the interactions that were fitted on, and diversity of a slate. */
function exposureOf(past: Interactions, items: readonly Item[]) {
  const counts = new Float64Array(items.length);
  for (const item of past.item) counts[item] = (counts[item] as number) + 1;
  return (slate: readonly number[], k: number) => ({
    [`novelty@${k}`]: novelty(slate, counts, past.n),
    [`diversity@${k}`]: diversity(slate, items),
  });
}

/** Candidates that the policy lets through: those that a ranker has to order. */
function eligible({ ordinals }: Blended, { items, surface, seen }: Question): { indices: number[]; ordinals: number[] } {
  const hidden = (ordinal: number) => surface.rules.excludeSeen && seen.has((items[ordinal] as Item).id);
  const indices = [...ordinals.keys()].filter((i) => !hidden(ordinals[i] as number));
  return { indices, ordinals: indices.map((i) => ordinals[i] as number) };
}

/** Dense indices of the users who are asked about. */
function denseUsers(queries: readonly Query[]): Map<number, number> {
  const users = new Map<number, number>();
  for (const { user } of queries) if (!users.has(user)) users.set(user, users.size);
  return users;
}
