import type * as tf from '@tensorflow/tfjs';

/** What a site's own network is built for. */
export interface NetworkInput {
  /** Features of the ranker, in order. */
  readonly columns: readonly string[];
  /** Width of the network's one input, 2 columns.length: per feature its standardised value (0 where missing), then per feature 1 where it is missing, else 0. */
  readonly width: number;
}

/** Builds an untrained network with one input [rows, width] and one output [rows, 1], the score. */
export type BuildNetwork = (library: typeof tf, input: NetworkInput) => tf.LayersModel;

/** Identity with types, for `networks` of a configuration: `networks: { mine: defineNetwork((tf, { width }) => tf.sequential({ layers: [...] })) }`. */
export const defineNetwork = (build: BuildNetwork): BuildNetwork => build;
