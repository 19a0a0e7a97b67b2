import { before, type Interactions } from '../candidate/interactions.ts';
import type { LoadedConfig } from '../config.ts';
import { type HeldOut, holdOutFuture, holdOutItems, holdOutUsers, leaveLastOut } from '../dataset/hold-out.ts';
import { positiveInteractions } from '../dataset/positive.ts';
import { splitByTime } from '../dataset/split.ts';
import { hitAt, ndcgAt, recallAt } from '../evaluate/metric.ts';
import type { Validation } from '../evaluate/task.ts';
import type { Dataset } from '../log/dataset.ts';

export const splits = ['future', 'last', 'users', 'items'] as const;
export type Split = (typeof splits)[number];

const k = 10;
const heldUsers = 0.2;
const heldItems = 0.2;

/**
 * A validation part of a data set, made of what comes before the time from which `vitrine train` evaluates: the test part is never looked at.
 *  - future: what visitors chose in the part that rankers are trained on, from what came before it;
 *  - last: each visitor's last choice;
 *  - users: the last choice of a fifth of the visitors, of whom the fit knows nothing;
 *  - items: a fifth of each visitor's items.
 */
export function datasetValidation(dataset: Dataset, config: LoadedConfig, split: Split): Validation {
  const all = positiveInteractions(dataset, config.positives);
  const { rankerFromMs, testFromMs } = splitByTime(all, config.training);
  const { fit, cases } = holdOut(before(all, testFromMs), split, rankerFromMs, config.training.seed);
  return {
    objective: 'ndcg10',
    task: {
      fit,
      cases,
      catalogue: dataset.items,
      items: fit.items,
      k,
      hideHistory: true,
      measure: (placement) => ({ hr10: hitAt(placement, k), ndcg10: ndcgAt(placement, k), recall10: recallAt(placement, k) }),
    },
  };
}

function holdOut(log: Interactions, split: Split, fromMs: number, seed: number): HeldOut {
  switch (split) {
    case 'future':
      return holdOutFuture(log, fromMs);
    case 'last':
      return leaveLastOut(log);
    case 'users':
      return holdOutUsers(log, heldUsers, seed);
    case 'items':
      return holdOutItems(log, heldItems, seed);
  }
}
