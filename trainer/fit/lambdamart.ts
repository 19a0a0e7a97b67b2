import { treeEnsembleModel } from '../onnx/tree.ts';
import { listWeights } from './judge.ts';
import type { FittedRanker, RankerModel } from './ranker.ts';
import { emptyColumns, listsFrom, noPositive, type RankingRows, weightedLabels } from './rows.ts';
import { standardOf } from './standardise.ts';
import { fitTrees } from './trees/boost.ts';
import { mostRows, type TreeRows } from './trees/rows.ts';
import { type TreeSettings, treeDefaults } from './trees/settings.ts';
import { type FittedTrees, scoreTrees } from './trees/tree.ts';
import { inverseWeights } from './unbiased/weights.ts';

export type LambdamartSettings = Pick<
  TreeSettings,
  | 'trees'
  | 'patience'
  | 'learningRate'
  | 'leaves'
  | 'depth'
  | 'leastRows'
  | 'leastHessian'
  | 'ridge'
  | 'rowShare'
  | 'columnShare'
  | 'bins'
  | 'monotone'
  | 'truncation'
>;

/** Clip of inverse examinations. */
const mostWeight = 20;

/** Share of the lists, the latest, that only decide how many trees there are. */
const validationShare = 0.15;

/** Seconds on the machine that costs are told for: of a row's bin in a histogram, of a bin that a split is searched at, of a pair of documents. */
const secondsOf = { addition: 0.7e-9, bin: 2e-9, pair: 2e-9 };

/**
 * LambdaMART (Burges 2010) on the labels as gains. Early stopping on the latest lists chooses the number of trees, and as many, more by the lists that
 * were left out, are grown from all.
 */
export const lambdamartModel: RankerModel<LambdamartSettings> = {
  name: 'lambdamart',
  summary: 'boosted trees by NDCG-weighted pairs (LambdaMART)',
  defaults: ({ labels }) => ({
    trees: 400,
    patience: 30,
    learningRate: 0.05,
    leaves: Math.max(7, Math.min(31, Math.round(labels.length / 200))),
    depth: 8,
    leastRows: Math.max(10, Math.min(100, Math.round(labels.length / 500))),
    leastHessian: 1e-3,
    ridge: 1,
    rowShare: 1,
    columnShare: 0.8,
    bins: 127,
    monotone: [],
    truncation: 15,
  }),
  cost({ columns, labels, lists }, { trees, leaves, bins, truncation }) {
    const rows = labels.length;
    // Only the smaller child of a split is added up.
    const additions = rows * columns * (1 + Math.log2(leaves) / 2) * secondsOf.addition;
    const searched = 2 * leaves * columns * bins * secondsOf.bin;
    const pairs = (rows * Math.min(truncation, rows / Math.max(1, lists)) + rows) * secondsOf.pair;
    return {
      seconds: 2 * trees * (additions + searched + pairs),
      bytes: rows * (columns * 7 + 32) + leaves * columns * bins * 8,
    };
  },
  refusal(rows) {
    if (rows.lists < 2) return `${rows.lists} lists`;
    if (rows.labels.length > mostRows) return `${rows.labels.length} rows, at most ${mostRows}`;
    return emptyColumns(rows) ?? noPositive(rows);
  },
  async fit(rows, settings, { seed, threads }) {
    const standard = standardOf(rows, rows.lists);
    // Normalised gradients would take a list's weight back.
    const normalise = !rows.weights && !rows.examination;
    const asked = { ...treeDefaults, ...settings, objective: 'lambdarank', gains: 'labels', normalise, seed, threads } as const;
    const trained = rows.lists - Math.max(1, Math.round(rows.lists * validationShare));
    const [earlier, later] = [listsFrom(rows, 0, trained), listsFrom(rows, trained, rows.lists)];
    const judged = trained > 0 ? await fitTrees(treeRows(earlier), asked, treeRows(later)) : undefined;
    const stopped = judged !== undefined && settings.patience > 0;
    const trees = stopped ? Math.max(1, Math.round((judged.trees.length * rows.lists) / trained)) : settings.trees;
    const fitted = await fitTrees(treeRows(rows), { ...asked, trees, patience: 0 });
    return treeRanker(fitted, standard);
  },
};

/** A ranker whose score is the sum of the trees. */
export const treeRanker = (
  trees: FittedTrees,
  standard: FittedRanker['standard'],
): FittedRanker & { readonly trees: FittedTrees } => ({
  standard,
  trees,
  score: ({ features }) => Float32Array.from(scoreTrees(trees, features)),
  encode: (columns) => treeEnsembleModel({ ...trees, ...columns }),
});

/**
 * The rows of each list by ascending label: boosting takes equal scores in the order of the rows, and trees give many equal scores. With the chosen first,
 * as rows are collected, a first tree that says nothing would look like the ideal order, and early stopping would end there.
 */
function treeRows(rows: RankingRows): TreeRows {
  const { columns, features, offsets, lists } = rows;
  // Trees have no term of training: where a place is looked at less, its labels count more.
  const byPlace = rows.examination && inverseWeights(rows.examination, mostWeight);
  const weights = byPlace ? byPlace.map((weight, row) => weight * (rows.weights?.[row] ?? 1)) : rows.weights;
  const given: RankingRows = { ...rows, ...(weights && { weights }) };
  const labels = weightedLabels(given);
  const order = Uint32Array.from(labels.keys());
  for (let q = 0; q < lists; q++)
    order.subarray(offsets[q], offsets[q + 1]).sort((a, b) => (labels[a] as number) - (labels[b] as number) || a - b);
  const ordered = new Float32Array(features.length);
  for (const [to, from] of order.entries()) ordered.set(features.subarray(from * columns, (from + 1) * columns), to * columns);
  return {
    columns,
    features: ordered,
    labels: labels.map((_, to) => labels[order[to] as number] as number),
    offsets: Int32Array.from(offsets),
    ...(rows.categorical && { categorical: rows.categorical }),
    ...(given.weights && { listWeights: ofMeanOne(listWeights(given)) }),
  };
}

/** Divided by the mean of those above 0, so that the regularisation of trees means what it does without weights. */
function ofMeanOne(weights: Float64Array): Float64Array {
  const some = weights.filter((weight) => weight > 0);
  const mean = some.reduce((sum, weight) => sum + weight, 0) / Math.max(1, some.length);
  return mean > 0 ? weights.map((weight) => weight / mean) : weights;
}
