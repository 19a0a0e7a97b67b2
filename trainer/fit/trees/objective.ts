/** What is minimised: gradients and hessians of the rows' losses by their scores. */
export interface Objective {
  /** The score before the first tree. */
  readonly base: number;
  /** Fills both [rows]. All three are arrays of the pool. */
  gradients(scores: Float64Array, gradients: Float32Array, hessians: Float32Array): void;
  /** What early stopping watches: less is better. */
  loss(scores: Float64Array): number;
}
