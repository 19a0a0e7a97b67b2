import { setImmediate } from 'node:timers/promises';
import { createRandom } from '../random.ts';
import { type AlsSolver, alsSolvers, openAls } from './als-solver.ts';
import { costOfIals } from './ials-cost.ts';
import { type FittedIals, fittedIals } from './ials-fitted.ts';
import { checkInteractions, type Interactions } from './interactions.ts';
import type { CandidateModel, FitContext, Shape } from './model.ts';
import { seenOnly } from './seen.ts';
import { transposeWeighted, type Weighting, weightedPairs, weightings } from './weighted-rows.ts';

export interface IalsSettings {
  readonly rank: number;
  readonly iterations: number;
  readonly regularisation: number;
  /** Of the number of interactions in the regularisation: 1 frequency-scaled, 0 the same for all. */
  readonly exponent: number;
  /** Weight of the zero of every pair, observed or not (alpha_0 of Rendle et al.). */
  readonly unobservedWeight: number;
  readonly solver: AlsSolver;
  /** What an observed pair weighs. */
  readonly weighting: Weighting;
  /** After so many later items an item of a visitor's history weighs half when the visitor is folded in. Infinity: all weigh 1. */
  readonly halfLife: number;
}

/** Item factors from elsewhere to begin with: [items x rank], row-major; a row of zeros begins at random. */
export interface ItemFactors {
  readonly items: number;
  readonly rank: number;
  readonly values: Float32Array;
}

export const mostRank = 512;
const initialDeviation = 0.1;
/** Entries times rank times iterations from which a second thread saves more than its start takes. */
const worthThreads = 2e7;

/**
 * Implicit alternating least squares (Hu, Koren and Volinsky 2008) with the objective and frequency-scaled regularisation of Rendle et al. 2021,
 * "Revisiting the Performance of iALS on Item Recommendation Benchmarks":
 *
 *   sum over observed (u, i) of c_ui (w_u . h_i - 1)^2 + a0 * sum over all (u, i) of (w_u . h_i)^2
 *     + regularisation * (sum over u of (c_u + a0 |I|)^exponent ||w_u||^2 + sum over i of (c_i + a0 |U|)^exponent ||h_i||^2)
 *
 * c_ui is 1 unless a weighting is asked for; I and U are those with an interaction. Histories are folded in, exactly.
 */
export const ialsModel: CandidateModel<IalsSettings> = {
  name: 'ials',
  summary: 'implicit alternating least squares: one vector per item, visitors folded in',
  defaults: defaultsOf,
  space: {
    rank: [16, 32, 64, 96, 128, 192, 256],
    iterations: [8, 16, 32],
    regularisation: { from: 3e-4, to: 0.1, scale: 'log' },
    unobservedWeight: { from: 1e-3, to: 1, scale: 'log' },
    exponent: [0.5, 0.75, 1],
    weighting: weightings,
    halfLife: [5, 10, 20, 50, 100, Number.POSITIVE_INFINITY],
  },
  cost: costOfIals,
  refusal: ({ pairs }) => (pairs === 0 ? 'there is no interaction to learn from' : undefined),
  fit: (log, settings, context) => fitIals(log, settings, context),
};

/**
 * Published optima move with the data. The unobserved weight goes with the density: .3 on ML-1M (4.4 %), .1 on ML-20M (.4 %), .02 on MSD (.14 %), .007 on
 * Pinterest (.27 %). Of the regularisation, the product of what users and items are charged is what counts, for the square root of it is a threshold on the
 * singular values of the data; it belongs below those of noise, whose edge is sqrt(pairs per user) + sqrt(pairs per item). Published optima are .4 (ML-1M),
 * .5 (ML-20M), .26 (Pinterest) and .18 (MSD) of that edge. Where times order histories, recent items say more: a half-life of 5 items lifts NDCG@10 from
 * .037 to .043 on ml-latest-small and from .134 to .153 on clothes, and costs .001 of .021 on groceries.
 */
function defaultsOf({ users, itemsSeen, pairs, ordered }: Shape): IalsSettings {
  const within = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));
  const [perUser, perItem] = [pairs / Math.max(1, users), pairs / Math.max(1, itemsSeen)];
  const density = pairs / Math.max(1, users * itemsSeen);
  const unobservedWeight = within(0.005, 3.4 * density ** 0.78, 0.5);
  const charged = Math.sqrt((perUser + unobservedWeight * itemsSeen) * (perItem + unobservedWeight * users));
  const ofEdge = 0.4 * Math.min(1, density / 0.03) ** 0.25;
  // Gowalla, sparse and wide, gains .023 of Recall@20 from rank 64 to 256; ML-1M .008 of HR@10 from 64 to 192.
  const wanted = Math.max(64, 2.3 * pairs ** 0.32, 1.5 * Math.sqrt(Math.min(users, itemsSeen)));
  return {
    rank: 8 * Math.round(within(8, Math.min(wanted, itemsSeen / 8), 256) / 8),
    iterations: 16,
    regularisation: within(0.0005, (ofEdge * (Math.sqrt(perUser) + Math.sqrt(perItem))) / Math.max(1e-9, charged), 0.05),
    exponent: 1,
    unobservedWeight,
    solver: 'conjugate-gradient',
    weighting: 'once',
    halfLife: ordered ? 5 : Number.POSITIVE_INFINITY,
  };
}

/** @param start warm start. @throws RangeError for interactions, settings or factors that are out of range, or that leave numbers that are not finite. */
export async function fitIals(
  log: Interactions,
  settings: IalsSettings,
  context: FitContext,
  start?: ItemFactors,
): Promise<FittedIals> {
  checkSettings(settings);
  checkInteractions(log);
  if (start && (start.items !== log.items || start.rank !== settings.rank || start.values.length !== start.items * start.rank))
    throw new RangeError(
      `ials: factors of ${start.items} x ${start.rank} to begin with, ${log.items} x ${settings.rank} expected`,
    );
  if (start && !start.values.every(Number.isFinite)) throw new RangeError('ials: factors to begin with are not finite');
  const { rank, iterations, halfLife } = settings;
  const { pairs, itemOfRow } = seenOnly(weightedPairs(log, settings.weighting));
  const threads = pairs.indices.length * rank * iterations < worthThreads ? 1 : context.threads;
  const als = await openAls(pairs, transposeWeighted(pairs), { ...settings, threads });
  try {
    const { items, stride } = als;
    const random = createRandom(context.seed, 'ials');
    const deviation = initialDeviation / Math.sqrt(rank);
    for (let row = 0; row < itemOfRow.length; row++) {
      const from = (itemOfRow[row] as number) * rank;
      const former = start?.values.subarray(from, from + rank);
      const known = former?.some((value) => value !== 0);
      for (let k = 0; k < rank; k++) {
        const drawn = deviation * random.normal();
        items[row * stride + k] = known ? (former?.[k] as number) : drawn;
      }
    }
    for (let iteration = 0; iteration < iterations; iteration++) {
      als.solveUsers();
      als.solveItems();
      context.progress?.((iteration + 1) / iterations);
      await setImmediate();
    }
    if (!items.every(Number.isFinite))
      throw new RangeError(`ials: the factors are not finite; raise the regularisation (${settings.regularisation})`);
    return await fittedIals({ factors: items, stride, rank, items: log.items, itemOfRow, penalty: settings, halfLife });
  } finally {
    await als.close();
  }
}

function checkSettings(settings: IalsSettings): void {
  const { rank, iterations, regularisation, exponent, unobservedWeight, solver, weighting, halfLife } = settings;
  const expect = (holds: boolean, name: keyof IalsSettings, what: string) => {
    if (!holds) throw new RangeError(`ials: ${name} ${what} expected, not ${settings[name]}`);
  };
  const whole = (value: number, most: number) => Number.isSafeInteger(value) && value >= 1 && value <= most;
  expect(whole(rank, mostRank), 'rank', `from 1 to ${mostRank}`);
  expect(whole(iterations, 10_000), 'iterations', 'from 1 to 10,000');
  expect(regularisation > 0 && regularisation < 1e6, 'regularisation', 'above 0');
  expect(exponent >= 0 && exponent <= 2, 'exponent', 'from 0 to 2');
  expect(unobservedWeight >= 0 && unobservedWeight < 1e6, 'unobservedWeight', 'from 0 up');
  expect(halfLife > 0, 'halfLife', 'above 0');
  expect(alsSolvers.includes(solver), 'solver', `of ${alsSolvers.join(', ')}`);
  expect(weightings.includes(weighting), 'weighting', `of ${weightings.join(', ')}`);
}
