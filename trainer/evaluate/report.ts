import type { MetricValue, ReleaseChoice } from '../../shared/contract/release.ts';
import type { RankerImportance } from './importance.ts';
import type { ProbabilityReport } from './probability.ts';
import type { Segment } from './segment.ts';

/**
 * What is compared, on the same queries under the same policy:
 *  - release: what a visitor with a device sees, the heavy ranker's order of the cascade's candidates;
 *  - edge: the light ranker's order, `rank=edge` and the first paint;
 *  - blend: the blended order, the fallback when no ranker runs;
 *  - popularity: decayed popularity of the whole catalogue as of the query;
 *  - random: a random order of the whole catalogue.
 *
 * A report has further heavy rankers behind the release, by their names, where several were fitted.
 */
export const baseSystems = ['release', 'edge', 'blend', 'popularity', 'random'] as const;

export interface EvaluationReport {
  readonly version: 1;
  readonly surface: string;
  readonly k: number;
  readonly queries: number;
  readonly users: number;
  /** Queries are of [fromMs, end of the data]. */
  readonly fromMs: number;
  /** What is compared, the release first. */
  readonly systems: readonly string[];
  /**
   * Share of the device order's gain over the blend, in NDCG@k, that the edge's order keeps: a ratio of means, visitors resampled. Absent where that gain
   * is not above 0 with its whole interval.
   */
  readonly kept?: MetricValue;
  /** What each feature is worth to the rankers of the release; absent where no question was answered by a candidate. */
  readonly importance?: Readonly<Record<'light' | 'heavy', RankerImportance>>;
  /** What the release is made by and why, where its manifest says. */
  readonly choice?: Partial<ReleaseChoice>;
  /** System, or "a - b" for a paired difference, to metric to value. The same as the manifest's. */
  readonly metrics: Readonly<Record<string, Metrics>>;
  /** Probabilities of clicks on slates that were shown after the training, where the release has a calibration. */
  readonly probabilities?: Readonly<Partial<Record<'release' | 'edge', ProbabilityReport>>>;
  /** Parts of the questions, with NDCG and recall of each system there. */
  readonly segments: Readonly<Record<Segment, SegmentReport>>;
  /** System -> share of the catalogue that the first 1, 2, ... k places of all slates hold. */
  readonly coverage: Readonly<Record<string, readonly number[]>>;
}

export type Metrics = Readonly<Record<string, MetricValue>>;

export interface SegmentReport {
  readonly queries: number;
  readonly users: number;
  readonly metrics: Readonly<Record<string, Metrics>>;
}
