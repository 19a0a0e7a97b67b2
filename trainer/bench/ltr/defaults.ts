import type { TreeSettings } from '../../fit/trees/settings.ts';

/** 7 to 31 on up to 50,000 rows, 64 on 200,000, 127 on 800,000 and more. */
const leavesFor = (rows: number): number => Math.round(Math.max(7, Math.min(127, rows / 200, Math.max(31, Math.sqrt(rows) / 7))));

/**
 * Settings of LambdaMART that follow the size of the data: small trees on few rows. Gradients stop at place 15, for what is measured ends at 10. Early
 * stopping chooses how many of the trees are kept.
 */
export function ltrDefaults(rows: number): Partial<TreeSettings> {
  return {
    objective: 'lambdarank',
    trees: 1000,
    patience: 75,
    learningRate: 0.05,
    leaves: leavesFor(rows),
    leastRows: Math.max(20, Math.min(100, Math.round(rows / 2000))),
    leastHessian: 1e-3,
    ridge: 1,
    columnShare: 0.7,
    truncation: 15,
  };
}
