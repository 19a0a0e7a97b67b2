import type { Interactions } from '../../candidate/interactions.ts';
import type { Placement } from '../../evaluate/metric.ts';
import type { RankRequest } from '../../evaluate/rank.ts';

/** What a model is fitted on and asked: the same for every model of a run. */
export interface Task extends RankRequest {
  readonly fit: Interactions;
  /** Metrics of one case by their key; a figure is the mean over cases. */
  measure(placement: Placement): Readonly<Record<string, number>>;
  /** The same cases in another way of ranking, reported under other keys. */
  readonly also?: Task;
}

/** A published way to say how good a recommender is, on its own files. */
export interface Protocol {
  /** As published: fitted on the given training part, asked about the given test part. */
  readonly test: Task;
  /** The same within the training part: what settings may be chosen by. Knows nothing of the test part. */
  validation(seed: number): Task;
  /** Metric that settings are chosen by. */
  readonly objective: string;
  /** What a reader of the figures has to know of these files, as fields of the answer. */
  readonly notes: Readonly<Record<string, number | string | boolean>>;
}
