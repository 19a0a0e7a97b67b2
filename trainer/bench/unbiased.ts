import type { Command } from 'commander';
import { whole } from '../command/number.ts';
import { bootstrapDifference, bootstrapMean, drawResamples } from '../evaluate/bootstrap.ts';
import { listwiseModel } from '../fit/listwise.ts';
import { listsFrom, type RankingRows } from '../fit/rows.ts';
import { examinationOf, fitExamination } from '../fit/unbiased/examination.ts';
import { inverseWeights } from '../fit/unbiased/weights.ts';
import { createRandom } from '../random.ts';
import { regretOfLists, shownInOrderOf } from './unbiased/clicks.ts';
import { openWorld } from './unbiased/world.ts';

interface Options {
  readonly data: string;
  readonly slates: number;
}

export const declare = (command: Command): Command =>
  command
    .requiredOption('--data <dir>', 'simulated shop (vitrine simulate) with its truth')
    .option('--slates <n>', 'slates that are looked at', whole(100), 6000);

/** Of the lists, the latest, on which orders are judged. */
const judgedShare = 0.3;
/** What the site of the past ordered its slates by. */
const trusted = 'popularity30d';
const mostWeight = 20;
const draws = 3;
const resampleCount = 1000;

/**
 * The same ranker on the same slates, told of places or not, and what its order of later slates misses of the clicks of the ideal order: on the log as it
 * is, whose policy draws, and on slates in the order of popularity with clicks drawn anew by the shop's own truth. Intervals by resampling visitors.
 */
export async function run({ data, slates }: Options): Promise<Record<string, unknown>> {
  console.error(`slates of ${data} and their features`);
  const { known, visitors, columns } = await openWorld(data, slates);
  const { rows } = known;
  const cut = rows.lists - Math.round(judgedShare * rows.lists);
  const later = { ...known, rows: listsFrom(rows, cut, rows.lists), wishes: known.wishes.subarray(rows.offsets[cut]) };
  const users = denseOf(visitors.subarray(cut));
  const resamples = drawResamples(users.count, resampleCount, createRandom(1, 'unbiased/bootstrap'));
  const regretBy = (scores: ArrayLike<number>) => users.means(regretOfLists(later, scores));
  const column = columns.indexOf(trusted);
  const drawn = Array.from({ length: draws }, (_, seed) => shownInOrderOf(known, column, createRandom(seed, 'unbiased/clicks')));
  const result: Record<string, unknown> = {};
  for (const [name, logs] of [
    ['asLogged', [rows]],
    ['byPopularity', drawn],
  ] as const) {
    console.error(`training on slates ${name}`);
    const regrets = await regretsOf(logs, cut, known.examination, (scores) => regretBy(scores));
    const naive = regrets.ignore as Float64Array;
    result[name] = {
      clicks: logs.map((log) => log.labels.subarray(0, rows.offsets[cut]).reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0)),
      regret: mapOf(regrets, (values) => rounded(bootstrapMean(values, resamples))),
      'ignore - ': mapOf(regrets, (values) => rounded(bootstrapDifference(naive, values, resamples))),
    };
  }
  const [first] = drawn;
  const fitted = first && fitExamination(listsFrom(first, 0, cut)).places;
  const popularity = Float64Array.from(
    { length: later.wishes.length },
    (_, row) => later.rows.features[row * rows.columns + column] as number,
  );
  const random = createRandom(1, 'unbiased/random');
  return {
    bench: 'unbiased',
    ...result,
    popularityRegret: rounded(bootstrapMean(regretBy(popularity), resamples)),
    randomRegret: rounded(bootstrapMean(regretBy(later.wishes.map(() => random.uniform())), resamples)),
    examination: {
      truth: known.examination.map(round4),
      asLogged: fitExamination(listsFrom(rows, 0, cut)).places.map(round4),
      byPopularity: fitted?.map(round4),
    },
    slates: cut,
    judgedSlates: rows.lists - cut,
    visitors: users.count,
    draws,
  };
}

/** By way of training, the mean regret of each visitor over the logs. */
async function regretsOf(
  logs: readonly RankingRows[],
  cut: number,
  truth: readonly number[],
  regretBy: (scores: ArrayLike<number>) => Float64Array,
): Promise<Record<string, Float64Array>> {
  const regrets: Record<string, Float64Array> = {};
  for (const [draw, log] of logs.entries()) {
    const past = listsFrom(log, 0, cut);
    const looked = (places: readonly number[]) =>
      Float32Array.from(past.positions ?? [], (place) => examinationOf({ places }, place));
    const fitted = looked(fitExamination(past).places);
    const ways: Record<string, RankingRows> = {
      ignore: past,
      additive: { ...past, examination: fitted },
      inverse: { ...past, weights: inverseWeights(fitted, mostWeight) },
      ...(past.propensities && {
        additiveOffPolicy: { ...past, examination: fitted, weights: inverseWeights(past.propensities, mostWeight) },
      }),
      additiveByTruth: { ...past, examination: looked(truth) },
    };
    for (const [way, given] of Object.entries(ways)) {
      const context = { seed: draw, stream: 'unbiased', threads: 2, warn: () => undefined };
      const ranker = await listwiseModel.fit(given, listwiseModel.defaults(given), context);
      const own = regretBy(ranker.score(listsFrom(log, cut, log.lists)));
      regrets[way] = own.map((value, user) => value / logs.length + (regrets[way]?.[user] ?? 0));
    }
  }
  return regrets;
}

/** Visitors by dense numbers, and the mean of each over their lists. */
function denseOf(visitors: Int32Array) {
  const index = new Map<number, number>();
  for (const visitor of visitors) if (!index.has(visitor)) index.set(visitor, index.size);
  return {
    count: index.size,
    means(values: Float64Array): Float64Array {
      const [sums, counts] = [new Float64Array(index.size), new Float64Array(index.size)];
      for (const [q, value] of values.entries()) {
        if (Number.isNaN(value)) continue;
        const user = index.get(visitors[q] as number) as number;
        sums[user] = (sums[user] as number) + value;
        counts[user] = (counts[user] as number) + 1;
      }
      return sums.map((sum, user) => sum / (counts[user] as number));
    },
  };
}

const round4 = (value: number): number => Math.round(value * 1e4) / 1e4;
const rounded = ({ mean, low, high }: { mean: number; low: number; high: number }) => [mean, low, high].map(round4);
const mapOf = <Value>(values: Readonly<Record<string, Float64Array>>, of: (values: Float64Array) => Value) =>
  Object.fromEntries(Object.entries(values).map(([name, own]) => [name, of(own)]));
