import { groupBy, type Interactions } from '../candidate/interactions.ts';
import { createRandom, type Random } from '../random.ts';
import { drawGamma } from './gamma.ts';
import { drawGaussian } from './gaussian.ts';

export interface RatingSettings {
  readonly rank: number;
  /** Sweeps over users and items; predictions are averaged over those after the first `burnIn`. */
  readonly sweeps: number;
  readonly burnIn: number;
}

export const defaultRatingSettings: RatingSettings = { rank: 20, sweeps: 120, burnIn: 20 };

/** Columns of one length: the pairs that are asked about. */
export interface Asked {
  readonly user: Int32Array;
  readonly item: Int32Array;
}

/** Weak priors: one pseudo-observation with variance 1 for each precision, and for each mean. */
const priorShape = 1;
const priorRate = 1;
const initialDeviation = 0.1;

/**
 * Predicts the values of pairs by Bayesian matrix factorisation with biases: value = mean + b_u + c_i + p_u . q_i + noise, Gaussian priors on every
 * dimension of users and of items, their means and precisions and that of the noise drawn as well, so that nothing needs to be tuned (Salakhutdinov
 * and Mnih 2008, "Bayesian probabilistic matrix factorization using MCMC"; priors by dimension as in Rendle 2012, libFM). Rows are drawn whole,
 * with the covariance of their dimensions. A user or item without values is as the prior says. Memory: (users + items) x rank.
 * @param log every interaction has a value.
 * @returns [asked] within the range of the values of the log; the mean of its values where nothing else is known.
 */
export function predictRatings(log: Interactions, asked: Asked, settings: RatingSettings, seed: number): Float64Array {
  const { value } = log;
  if (!value || value.some(Number.isNaN)) throw new RangeError('predictRatings: every interaction needs a value');
  const random = createRandom(seed, 'ratings');
  const mean = value.reduce((sum, one) => sum + one, 0) / Math.max(1, log.n);
  const dims = settings.rank + 1;
  const users = sideOf(log.user, log.item, log.users, value, dims, random);
  const items = sideOf(log.item, log.user, log.items, value, dims, random);
  const sums = new Float64Array(asked.user.length);
  let noise = 1;
  for (let sweep = 0; sweep < settings.sweeps; sweep++) {
    drawPrior(users, random);
    drawPrior(items, random);
    noise = drawNoise(users, items, mean, random);
    drawRows(users, items, mean, noise, random);
    drawRows(items, users, mean, noise, random);
    if (sweep < settings.burnIn) continue;
    for (let a = 0; a < sums.length; a++) {
      sums[a] = (sums[a] as number) + mean + product(users, items, asked.user[a] as number, asked.item[a] as number);
    }
  }
  const [low, high] = value.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [mean, mean]);
  return sums.map((sum) => Math.min(high, Math.max(low, sum / (settings.sweeps - settings.burnIn))));
}

/** Users or items: what they rated, or who rated them, and their rows [n x dims], the bias first. */
interface Side {
  readonly n: number;
  readonly dims: number;
  readonly offsets: Int32Array;
  /** Of the other side. */
  readonly others: Int32Array;
  readonly values: Float32Array;
  readonly rows: Float64Array;
  readonly priorMean: Float64Array;
  readonly priorPrecision: Float64Array;
}

function sideOf(own: Int32Array, other: Int32Array, n: number, value: Float32Array, dims: number, random: Random): Side {
  const { offsets, entries } = groupBy(own, n);
  return {
    n,
    dims,
    offsets,
    others: entries.map((entry) => other[entry] as number),
    values: Float32Array.from(entries, (entry) => value[entry] as number),
    rows: Float64Array.from({ length: n * dims }, (_, i) => (i % dims === 0 ? 0 : initialDeviation * random.normal())),
    priorMean: new Float64Array(dims),
    priorPrecision: new Float64Array(dims).fill(1),
  };
}

/** b_u + c_i + p_u . q_i. */
function product(users: Side, items: Side, u: number, i: number): number {
  const { dims } = users;
  let sum = (users.rows[u * dims] as number) + (items.rows[i * dims] as number);
  for (let d = 1; d < dims; d++) sum += (users.rows[u * dims + d] as number) * (items.rows[i * dims + d] as number);
  return sum;
}

/** Mean and precision of each dimension given the rows. */
function drawPrior({ n, dims, rows, priorMean, priorPrecision }: Side, random: Random): void {
  for (let d = 0; d < dims; d++) {
    const before = priorMean[d] as number;
    let sum = 0;
    let squares = before * before;
    for (let r = 0; r < n; r++) {
      const x = rows[r * dims + d] as number;
      sum += x;
      squares += (x - before) * (x - before);
    }
    const precision = drawGamma(priorShape + (n + 1) / 2, random) / (priorRate + squares / 2);
    priorPrecision[d] = precision;
    priorMean[d] = sum / (n + 1) + random.normal() / Math.sqrt((n + 1) * precision);
  }
}

/** Precision of the noise given everything else. */
function drawNoise(users: Side, items: Side, mean: number, random: Random): number {
  let squares = 0;
  for (let u = 0; u < users.n; u++) {
    for (let e = users.offsets[u] as number; e < (users.offsets[u + 1] as number); e++) {
      const error = (users.values[e] as number) - mean - product(users, items, u, users.others[e] as number);
      squares += error * error;
    }
  }
  return drawGamma(priorShape + users.values.length / 2, random) / (priorRate + squares / 2);
}

/** Every row of a side given the other side: a Gaussian with precision P = diag(prior) + noise * sum of z z^T, z = (1, other's factors). */
function drawRows(side: Side, other: Side, mean: number, noise: number, random: Random): void {
  const { dims, offsets, others, values, rows } = side;
  const precision = new Float64Array(dims * dims);
  const shift = new Float64Array(dims);
  const z = new Float64Array(dims);
  z[0] = 1;
  for (let r = 0; r < side.n; r++) {
    precision.fill(0);
    shift.fill(0);
    for (let e = offsets[r] as number; e < (offsets[r + 1] as number); e++) {
      const at = (others[e] as number) * dims;
      const residual = (values[e] as number) - mean - (other.rows[at] as number);
      for (let d = 1; d < dims; d++) z[d] = other.rows[at + d] as number;
      for (let d = 0; d < dims; d++) {
        const zd = z[d] as number;
        shift[d] = (shift[d] as number) + residual * zd;
        const row = d * dims;
        for (let c = 0; c <= d; c++) precision[row + c] = (precision[row + c] as number) + zd * (z[c] as number);
      }
    }
    for (let d = 0; d < dims; d++) {
      const prior = side.priorPrecision[d] as number;
      shift[d] = noise * (shift[d] as number) + prior * (side.priorMean[d] as number);
      for (let c = 0; c <= d; c++) precision[d * dims + c] = noise * (precision[d * dims + c] as number);
      precision[d * dims + d] = (precision[d * dims + d] as number) + prior;
    }
    drawGaussian(precision, shift, rows.subarray(r * dims, (r + 1) * dims), random);
  }
}
