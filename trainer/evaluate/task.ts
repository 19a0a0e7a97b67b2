import type { Item } from '../../shared/contract/item.ts';
import type { Interactions } from '../candidate/interactions.ts';
import type { Placement } from './metric.ts';
import type { RankRequest } from './rank.ts';

/** What a model is fitted on and asked: the same for every model of a run. */
export interface Task extends RankRequest {
  readonly fit: Interactions;
  /** Attributes by ordinal, where the data has any. */
  readonly catalogue?: readonly Item[];
  /** Metrics of one case by their key; a figure is the mean over cases. */
  measure(placement: Placement): Readonly<Record<string, number>>;
  /** The same cases in another way of ranking, reported under other keys. */
  readonly also?: Task;
}

/** A task within a training part: what settings may be chosen by. Knows nothing of any test part. */
export interface Validation {
  readonly task: Task;
  /** The metric that settings are chosen by; higher is better. */
  readonly objective: string;
}
