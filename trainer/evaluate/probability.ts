import type { MetricValue } from '../../shared/contract/release.ts';
import { type Calibration, type CalibrationDocument, clickProbability, examinationAt } from '../../shared/rank/calibration.ts';
import { createRandom } from '../random.ts';
import { logLoss } from './accuracy.ts';
import { type Binning, binsOf, errorOf, type ReliabilityBin, reliability } from './reliability.ts';

/** How probabilities of clicks came true on slates that were shown. */
export interface ProbabilityReport {
  readonly impressions: number;
  readonly clicks: number;
  readonly logLoss: number;
  /** Of the share of clicks as everybody's probability. */
  readonly baseLogLoss: number;
  /** Expected calibration error: 15 bins of equal mass, and of equal width. Intervals by resampling visitors. */
  readonly ece: MetricValue;
  readonly eceByWidth: MetricValue;
  /** The bins of equal mass. */
  readonly bins: readonly ReliabilityBin[];
}

const binning = { mass: { bins: 15, by: 'mass' }, width: { bins: 15, by: 'width' } } as const satisfies Record<string, Binning>;
const resampleCount = 200;

/** Collects impressions with their scores by one ranker. */
export interface ProbabilityTally {
  /** A slate: per item score, 0-based place (negative: not known, taken as place 0) and click. */
  add(visitor: number, scores: ArrayLike<number>, places: ArrayLike<number>, clicks: ArrayLike<number>): void;
  /** Undefined where nothing was shown. */
  report(seed: number): ProbabilityReport | undefined;
}

export function createProbabilityTally(
  calibration: Calibration,
  document: Pick<CalibrationDocument, 'examination'>,
): ProbabilityTally {
  const [probabilities, outcomes, visitors]: [number[], number[], number[]] = [[], [], []];
  return {
    add(visitor, scores, places, clicks) {
      for (let i = 0; i < scores.length; i++) {
        const looked = examinationAt(document, Math.max(0, places[i] as number));
        probabilities.push(looked * clickProbability(calibration, scores[i] as number));
        outcomes.push(clicks[i] as number);
        visitors.push(visitor);
      }
    },
    report(seed) {
      const impressions = outcomes.length;
      if (impressions === 0) return undefined;
      const clicks = outcomes.reduce((sum, click) => sum + click, 0);
      const bins = reliability(probabilities, outcomes, binning.mass);
      const error = (by: 'mass' | 'width') => errorWithInterval(probabilities, outcomes, visitors, binning[by], seed);
      return {
        impressions,
        clicks,
        logLoss: logLoss(probabilities, outcomes),
        baseLogLoss: logLoss(new Float64Array(impressions).fill(clicks / impressions), outcomes),
        ece: error('mass'),
        eceByWidth: error('width'),
        bins,
      };
    },
  };
}

/** The error and its 95 % percentile interval under resampling of visitors; bins stay where they are. */
function errorWithInterval(
  probabilities: readonly number[],
  outcomes: readonly number[],
  visitors: readonly number[],
  by: Binning,
  seed: number,
): MetricValue {
  const bins = binsOf(probabilities, by);
  const visitorOf = new Map<number, number>();
  for (const visitor of visitors) if (!visitorOf.has(visitor)) visitorOf.set(visitor, visitorOf.size);
  // Per visitor and bin: impressions, sum of probabilities, clicks.
  const sums = new Float64Array(visitorOf.size * by.bins * 3);
  for (const [i, visitor] of visitors.entries()) {
    const at = 3 * ((visitorOf.get(visitor) as number) * by.bins + (bins[i] as number));
    sums[at] = (sums[at] as number) + 1;
    sums[at + 1] = (sums[at + 1] as number) + (probabilities[i] as number);
    sums[at + 2] = (sums[at + 2] as number) + (outcomes[i] as number);
  }
  const errorBy = (drawn: (j: number) => number) => {
    const total = new Float64Array(by.bins * 3);
    for (let j = 0; j < visitorOf.size; j++) {
      const from = drawn(j) * total.length;
      for (let k = 0; k < total.length; k++) total[k] = (total[k] as number) + (sums[from + k] as number);
    }
    return errorOf(total);
  };
  const random = createRandom(seed, 'probabilities');
  const errors = Array.from({ length: resampleCount }, () => errorBy(() => random.below(visitorOf.size))).sort((a, b) => a - b);
  const quantile = (q: number) => errors[Math.floor(q * errors.length)] as number;
  return { mean: errorBy((j) => j), low: quantile(0.025), high: quantile(0.975) };
}
