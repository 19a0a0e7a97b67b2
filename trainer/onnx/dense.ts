import type { Node, Tensor } from '../../shared/model/graph.ts';
import { encodeModel } from './encode.ts';
import { node, type RankerColumns, rankerGraph, vector, whole } from './graph.ts';
import { standardisedInput } from './standardised.ts';

export interface DenseLayer {
  /** Row-major [inputs x outputs]. */
  readonly weights: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

export interface DenseRanker extends RankerColumns {
  /** Per column, [F]. `std` > 0. */
  readonly mean: Float32Array;
  readonly std: Float32Array;
  /** The first takes 2F inputs, the last gives one output. */
  readonly layers: readonly DenseLayer[];
  /** After every layer but the last. */
  readonly activation: 'relu' | 'leakyRelu' | 'sigmoid' | 'tanh';
}

const operatorOf = { relu: 'Relu', leakyRelu: 'LeakyRelu', sigmoid: 'Sigmoid', tanh: 'Tanh' } as const;

/** A graph while it is written. */
export interface Draft {
  readonly nodes: Node[];
  readonly constants: Map<string, Tensor>;
}

/**
 * Appends dense layers to what makes "x0" [N, first], the activation after each but the last, which makes `output`.
 * @returns outputs of the last. @throws RangeError when sizes disagree.
 */
export function addLayers(
  { nodes, constants }: Draft,
  { first, output, layers, activation }: Pick<DenseRanker, 'layers' | 'activation'> & { first: number; output: string },
): number {
  let inputs = first;
  for (const [i, { weights, bias }] of layers.entries()) {
    const outputs = bias.length;
    if (weights.length !== inputs * outputs)
      throw new RangeError(`layer ${i}: ${weights.length} weights for ${inputs} x ${outputs}`);
    constants.set(`w${i}`, { type: 'float', shape: [inputs, outputs], data: weights });
    constants.set(`b${i}`, vector(bias));
    const isLast = i === layers.length - 1;
    nodes.push(node('Gemm', [`x${i}`, `w${i}`, `b${i}`], isLast ? output : `z${i}`));
    if (!isLast) nodes.push(node(operatorOf[activation], [`z${i}`], `x${i + 1}`));
    inputs = outputs;
  }
  return inputs;
}

/**
 * A multilayer perceptron that standardises and marks missing values itself: the first layer sees [(x - mean) / std, or 0 where x is NaN |
 * 1 where x is NaN, else 0].
 * @throws RangeError when sizes disagree.
 */
export function denseRankerModel({ columns, featureHash, mean, std, layers, activation }: DenseRanker): Uint8Array<ArrayBuffer> {
  const features = columns.length;
  if (mean.length !== features || std.length !== features)
    throw new RangeError(`${features} columns, ${mean.length} means, ${std.length} deviations`);
  const draft = standardisedInput({ mean, std }, 'x0');
  draft.constants.set('last', whole(1));
  const outputs = addLayers(draft, { first: 2 * features, output: 'raw', layers, activation });
  if (outputs !== 1 || layers.length === 0) throw new RangeError(`the last layer gives ${outputs} outputs`);
  draft.nodes.push(node('Squeeze', ['raw', 'last'], 'score'));
  return encodeModel(rankerGraph({ columns, featureHash }, draft.nodes, draft.constants));
}
