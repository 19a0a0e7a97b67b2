import type { Pool } from '../../adapter/pool.ts';
import { lambdarank } from './lambdarank.ts';
import type { Objective } from './objective.ts';
import type { TreeRows } from './rows.ts';
import type { TreeSettings } from './settings.ts';

const rowsPerSlice = 16_384;

export function objectiveOf(pool: Pool, rows: TreeRows, settings: TreeSettings): Objective {
  if (settings.objective === 'lambdarank') return lambdarank(pool, rows, settings);
  return settings.objective === 'log-loss' ? logLoss(pool, rows.labels) : squaredError(rows.labels);
}

const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** (score - label)^2 / 2; its loss is the mean of (score - label)^2. */
function squaredError(labels: Float32Array): Objective {
  return {
    base: Math.fround(meanOf(labels)),
    gradients(scores, gradients, hessians) {
      for (let i = 0; i < labels.length; i++) gradients[i] = (scores[i] as number) - (labels[i] as number);
      hessians.fill(1);
    },
    loss: (scores) => labels.reduce((sum, label, i) => sum + ((scores[i] as number) - label) ** 2, 0) / labels.length,
  };
}

/** Keeps the base finite where all labels are alike. */
const leastShare = 1e-6;

/** Cross-entropy of a label of 0 or 1 and 1 / (1 + e^-score). */
function logLoss(pool: Pool, labels: Float32Array): Objective {
  const shared = pool.allocate(Float32Array, labels.length);
  shared.set(labels);
  const share = Math.min(1 - leastShare, Math.max(leastShare, meanOf(labels)));
  return {
    base: Math.fround(Math.log(share / (1 - share))),
    gradients(scores, gradients, hessians) {
      const tables = [scores, shared, gradients, hessians].map(({ byteOffset }) => byteOffset);
      pool.run('logistic', { rows: labels.length, slice: rowsPerSlice }, ...tables);
    },
    loss(scores) {
      let sum = 0;
      for (let i = 0; i < labels.length; i++) {
        const margin = labels[i] === 1 ? (scores[i] as number) : -(scores[i] as number);
        sum += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
      }
      return sum / labels.length;
    },
  };
}
