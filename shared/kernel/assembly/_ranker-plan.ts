// What the ranker's kernels work on, laid out by trainer/fit/network/plan.ts: words of 32 bits in this order. Addresses are in bytes.
// Parameters are named by how far they lie from the first (`base`, or that of a slice's gradient), so that a step, its gradient and the moving
// average share one layout. Widths are multiples of 8; what pads a row is 0 and stays so.

/** y = relu(x W + b). */
@unmanaged
export class HiddenLayer {
  inputs: i32;
  outputs: i32;
  /** [inputs x outputs] */
  weights: usize;
  bias: usize;
  /** Address of weights transposed [outputs x (inputs - firstWanted)], made anew before each step; 0: no gradient of the input is wanted. */
  turned: usize;
  /** First input whose gradient is wanted. */
  firstWanted: i32;
}

@unmanaged
export class RankerPlan {
  /** Features of a row, and their number rounded up to 8. */
  columns: i32;
  padded: i32;
  /** [columns] each: the mean and 1 / standard deviation. */
  mean: usize;
  rate: usize;
  /** [rows x columns], NaN = missing. */
  features: usize;
  /** [lists + 1]: first row of each list. */
  offsets: usize;
  /** [rows] */
  labels: usize;
  /** [rows]: added to the scores of the listwise loss, log P(looked at) of a row's place; 0: nothing is. */
  places: usize;
  /** [rows]: what a row counts in the losses of heads; 0: each counts 1. */
  rowWeights: usize;
  /** [rows x heads]: what became of a row, NaN = not known; 0: of none. */
  outcomes: usize;
  heads: i32;
  /** [heads]: score = sum of blend * logit, and the weight of each head's own loss. */
  blend: usize;
  headWeights: usize;
  /** [lists of the step], and where each slice begins in it [slices + 1]. */
  chosen: usize;
  slices: usize;
  gradients: usize;
  gradientStep: usize;
  /** [slices] */
  losses: usize;
  /** Inputs of the first layer, and the hidden ones after each other at `layers`. */
  width: i32;
  depth: i32;
  layers: usize;
  /** [heads x outputs of the last hidden layer], [heads] */
  outWeights: usize;
  outBias: usize;
  /** Of a slice. */
  mostRows: i32;
  /** Width of embeddings; 0: no attention, and what follows is not read. */
  dim: i32;
  attributes: i32;
  /** [rows x attributes] rows of the table, 0 = none. */
  candidateIds: usize;
  /** [lists + 1]: first history row of each list. Every list has at least one, the first of which says "nothing". */
  historyOffsets: usize;
  /** [history rows x attributes], [history rows x contextColumns] */
  historyIds: usize;
  context: usize;
  contextColumns: i32;
  /** [candidates x history rounded up to 8] of each list, and the first element of each list [lists]. */
  similarity: usize;
  similarityOffsets: usize;
  mostHistory: i32;
  /** [ids x dim], [dim x dim], [dim x dim], [contextColumns x dim], [contextColumns], [1] */
  table: usize;
  query: usize;
  value: usize;
  contextValue: usize;
  contextBias: usize;
  similarityWeight: usize;
}

export const padded8 = (n: i32): i32 => (n + 7) & ~7;
export const padded4 = (n: i32): i32 => (n + 3) & ~3;
/** Bytes of n float32. */
export const bytes = (n: i32): usize => (<usize>n) << 2;
export const word = (at: usize, i: i32): i32 => load<i32>(at + ((<usize>i) << 2));
export const number = (at: usize, i: i32): f32 => load<f32>(at + ((<usize>i) << 2));
