import type { Task } from '../../evaluate/task.ts';

/** A published way to say how good a recommender is, on its own files. */
export interface Protocol {
  /** As published: fitted on the given training part, asked about the given test part. */
  readonly test: Task;
  /** What a reader of the figures has to know of these files, as fields of the answer. */
  readonly notes: Readonly<Record<string, number | string | boolean>>;
}
