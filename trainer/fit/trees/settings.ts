export const treeObjectives = ['squared-error', 'log-loss', 'lambdarank'] as const;

export const gainKinds = ['grades', 'labels'] as const;

/** Names in brackets are LightGBM's. */
export interface TreeSettings {
  readonly objective: (typeof treeObjectives)[number];
  /** At most so many. */
  readonly trees: number;
  readonly learningRate: number;
  /** Of a tree, at most; the leaf with the greatest gain is split next [num_leaves]. */
  readonly leaves: number;
  /** Splits between root and leaf, at most. */
  readonly depth: number;
  /** Of a leaf, estimated from its share of the hessian as LightGBM does: exact for squared error [min_data_in_leaf]. */
  readonly leastRows: number;
  /** Of a leaf [min_sum_hessian_in_leaf]. */
  readonly leastHessian: number;
  /** A split gains more than so much [min_gain_to_split]. */
  readonly leastGain: number;
  /** L2 on leaf values [lambda_l2]. */
  readonly ridge: number;
  /** Share of the rows and columns that a tree sees, drawn anew for each [bagging_fraction with bagging_freq 1, feature_fraction]. */
  readonly rowShare: number;
  readonly columnShare: number;
  /** Of a column's values, 2 to 255; missing values have one of their own. */
  readonly bins: number;
  /** Of a categorical column: the mean label weighs as so many rows of each code [CatBoost's prior]. */
  readonly priorRows: number;
  /** Trees without a lower loss on the validation rows before it stops and the best number of trees is kept; 0: never. */
  readonly patience: number;
  /** Per column: 1 scores never fall as the value rises, -1 they never rise, 0 whatever; [] is all 0. */
  readonly monotone: readonly number[];
  /** Of lambdarank: steepness of the logistic, places that pairs need one document in, and LightGBM's normalisation of a query's gradients. */
  readonly sigma: number;
  readonly truncation: number;
  readonly normalise: boolean;
  /** Of lambdarank: 2^grade - 1 of whole grades, or the labels themselves, any numbers from 0. */
  readonly gains: (typeof gainKinds)[number];
  readonly seed: number;
  /** Changes no bit of the result. */
  readonly threads: number;
}

export const treeDefaults: TreeSettings = {
  objective: 'squared-error',
  trees: 100,
  learningRate: 0.1,
  leaves: 31,
  depth: Number.POSITIVE_INFINITY,
  leastRows: 20,
  leastHessian: 1e-3,
  leastGain: 0,
  ridge: 0,
  rowShare: 1,
  columnShare: 1,
  bins: 255,
  priorRows: 10,
  patience: 0,
  monotone: [],
  sigma: 1,
  truncation: 30,
  normalise: true,
  gains: 'grades',
  seed: 1,
  threads: 1,
};

const whole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
const ranges: Readonly<Record<string, (settings: TreeSettings) => boolean>> = {
  objective: (s) => treeObjectives.includes(s.objective),
  'trees, from 1': (s) => whole(s.trees, 1),
  'learningRate, above 0': (s) => s.learningRate > 0 && Number.isFinite(s.learningRate),
  'leaves, 2 to 65536': (s) => whole(s.leaves, 2) && s.leaves <= 65536,
  'depth, from 1': (s) => s.depth === Number.POSITIVE_INFINITY || whole(s.depth, 1),
  'leastRows, from 1': (s) => whole(s.leastRows, 1),
  'leastHessian, from 0': (s) => s.leastHessian >= 0,
  'leastGain, from 0': (s) => s.leastGain >= 0,
  'ridge, from 0': (s) => s.ridge >= 0 && Number.isFinite(s.ridge),
  'rowShare, above 0 to 1': (s) => s.rowShare > 0 && s.rowShare <= 1,
  'columnShare, above 0 to 1': (s) => s.columnShare > 0 && s.columnShare <= 1,
  'bins, 2 to 255': (s) => whole(s.bins, 2) && s.bins <= 255,
  'priorRows, above 0': (s) => s.priorRows > 0 && Number.isFinite(s.priorRows),
  'patience, from 0': (s) => whole(s.patience, 0),
  'monotone, of -1, 0 and 1': (s) => s.monotone.every((sign) => sign === -1 || sign === 0 || sign === 1),
  'sigma, above 0': (s) => s.sigma > 0 && Number.isFinite(s.sigma),
  'truncation, from 1': (s) => whole(s.truncation, 1),
  [`gains, ${gainKinds.join(' or ')}`]: (s) => gainKinds.includes(s.gains),
  'threads, from 1': (s) => whole(s.threads, 1),
};

/** @throws RangeError naming the setting that is out of range. */
export function checkSettings(settings: TreeSettings): void {
  for (const [name, holds] of Object.entries(ranges)) {
    if (!holds(settings))
      throw new RangeError(`trees: expected ${name}; got ${JSON.stringify(settings[name.split(',')[0] as keyof TreeSettings])}`);
  }
}
