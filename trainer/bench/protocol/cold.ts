import type { VitrineConfig } from '../../../shared/contract/config.ts';
import { holdOutColdItems } from '../../dataset/cold.ts';
import { positiveInteractions } from '../../dataset/positive.ts';
import { ndcgAt, recallAt } from '../../evaluate/metric.ts';
import type { Task } from '../../evaluate/task.ts';
import type { Dataset } from '../../log/dataset.ts';
import type { Protocol } from './protocol.ts';

const k = 20;
const mostCases = 5000;

/**
 * Items with fewer than five interactions (dataset/cold.ts): Recall@20 and NDCG@20 of a held-out choice among all such items, and (`full…`) among the
 * whole catalogue, where popular items stand in the way. Items of the history are left out.
 */
export function coldProtocol(dataset: Dataset, positives: VitrineConfig['positives'], seed: number): Protocol {
  const log = positiveInteractions(dataset, positives);
  const { fit, cases, cold } = holdOutColdItems(log, seed, mostCases);
  const task = { fit, catalogue: dataset.items, items: fit.items, k, hideHistory: true } as const;
  const test: Task = {
    ...task,
    cases: cases.map((one) => ({ ...one, candidates: cold })),
    measure: (placement) => ({ recall20: recallAt(placement, k), ndcg20: ndcgAt(placement, k) }),
    also: {
      ...task,
      cases,
      measure: (placement) => ({ fullRecall20: recallAt(placement, k), fullNdcg20: ndcgAt(placement, k) }),
    },
  };
  return { test, notes: { ranking: 'items with fewer than five interactions', coldItems: cold.length } };
}
