import { lambdarank } from './lambdarank.ts';
import type { Objective } from './objective.ts';
import type { TreeRows } from './rows.ts';
import type { TreeSettings } from './settings.ts';

export function objectiveOf(rows: TreeRows, settings: TreeSettings): Objective {
  if (settings.objective === 'lambdarank') return lambdarank(rows, settings);
  return settings.objective === 'log-loss' ? logLoss(rows.labels) : squaredError(rows.labels);
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
function logLoss(labels: Float32Array): Objective {
  const share = Math.min(1 - leastShare, Math.max(leastShare, meanOf(labels)));
  return {
    base: Math.fround(Math.log(share / (1 - share))),
    gradients(scores, gradients, hessians) {
      for (let i = 0; i < labels.length; i++) {
        const probability = 1 / (1 + Math.exp(-(scores[i] as number)));
        gradients[i] = probability - (labels[i] as number);
        hessians[i] = Math.max(1e-16, probability * (1 - probability));
      }
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
