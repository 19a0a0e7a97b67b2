import type { TreeSettings } from '../../fit/trees/settings.ts';

/**
 * Settings of LambdaMART that follow the size of the data: small trees on few rows. Gradients stop at place 15, for what is measured ends at 10. With validation
 * rows there are more trees, and early stopping chooses how many.
 */
export function ltrDefaults(rows: number, validated: boolean): Partial<TreeSettings> {
  return {
    objective: 'lambdarank',
    trees: validated ? 1000 : 200,
    patience: validated ? 50 : 0,
    learningRate: 0.05,
    leaves: Math.max(7, Math.min(127, Math.round(rows / 200))),
    // Best of a few in cross-validation over the queries of LightGBM's example; .001 comes close.
    leastHessian: 1,
    leastRows: Math.max(20, Math.min(100, Math.round(rows / 2000))),
    columnShare: 0.7,
    truncation: 15,
  };
}
