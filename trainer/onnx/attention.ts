import type { Attribute, Graph, Tensor } from '../../shared/model/graph.ts';
import type { HistoryShape } from '../../shared/model/history.ts';
import { dataType } from '../../shared/model/proto.ts';
import type { Standard } from '../fit/standardise.ts';
import { addLayers, type DenseLayer, type Draft } from './dense.ts';
import { encodeModel } from './encode.ts';
import { node, type RankerColumns, rankerGraph, whole } from './graph.ts';
import { standardisedInput } from './standardised.ts';

/** Parameters of target attention, row-major. */
export interface AttentionWeights {
  readonly dim: number;
  /** [ids x dim], the first row 0. */
  readonly table: Float32Array;
  /** [dim x dim] each. */
  readonly query: Float32Array;
  readonly value: Float32Array;
  /** [context x dim] and [context]. */
  readonly contextValue: Float32Array;
  readonly contextBias: Float32Array;
  readonly similarityWeight: number;
}

export interface AttentionRanker extends RankerColumns, Standard {
  readonly history: HistoryShape;
  readonly attention: AttentionWeights;
  /** The first takes 2 F + 3 dim + 1 inputs, the last gives a logit per head; ReLU between. */
  readonly layers: readonly DenseLayer[];
  /** score = sum of blend * logit. */
  readonly blend: readonly number[];
}

const int = (value: number): Attribute => ({ kind: 'i', value });
const ints = (...value: number[]): Attribute => ({ kind: 'ints', value });
const matrix = (data: Float32Array, columns: number): Tensor => ({
  type: 'float',
  shape: [data.length / columns, columns],
  data,
});
const scalar = (value: number): Tensor => ({ type: 'float', shape: [], data: Float32Array.of(value) });

/** Appends `out` [rows x dim] = the sum of the embeddings of `attributes` [rows x slots]. */
function addEmbedding({ nodes }: Draft, attributes: string, out: string): void {
  nodes.push(
    node('Cast', [attributes], `${out}Ids`, { to: int(dataType.int64) }),
    node('Gather', ['table', `${out}Ids`], `${out}Each`),
    node('ReduceSum', [`${out}Each`, 'one'], out, { keepdims: int(0) }),
  );
}

/** The weights that candidates [N] give to events [H]: softmax of (e_c Q) . e_h / sqrt(dim) + w similarity + context . bias. */
function addShares({ constants, nodes }: Draft, { dim, query, contextBias, similarityWeight }: AttentionWeights): void {
  constants.set(
    'query',
    matrix(
      query.map((value) => value / Math.sqrt(dim)),
      dim,
    ),
  );
  constants.set('similarityWeight', scalar(similarityWeight));
  constants.set('contextBias', matrix(contextBias, 1));
  nodes.push(
    node('MatMul', ['candidate', 'query'], 'queries'),
    node('Transpose', ['event'], 'keys', { perm: ints(1, 0) }),
    node('MatMul', ['queries', 'keys'], 'products'),
    node('Mul', ['similarity', 'similarityWeight'], 'alike'),
    node('Add', ['products', 'alike'], 'matched'),
    node('MatMul', ['historyContext', 'contextBias'], 'biasColumn'),
    node('Transpose', ['biasColumn'], 'bias', { perm: ints(1, 0) }),
    node('Add', ['matched', 'bias'], 'attention'),
    node('Softmax', ['attention'], 'shares', { axis: int(-1) }),
  );
}

/**
 * A ranker with target attention over a history: inputs as shared/model/history.ts says, outputs "score" [N] and "heads" [N x heads], probabilities.
 * @throws RangeError when sizes disagree.
 */
export const attentionRankerModel = (ranker: AttentionRanker): Uint8Array<ArrayBuffer> => encodeModel(attentionGraph(ranker));

/** The graph of such a model. Its node "attention" [N x H] holds what the softmax over the history is of. @throws RangeError when sizes disagree. */
export function attentionGraph(ranker: AttentionRanker): Graph {
  const { columns, featureHash, history, attention, layers, blend } = ranker;
  const { dim, table, value, contextValue, contextBias } = attention;
  if (contextBias.length !== history.context) throw new RangeError(`${contextBias.length} biases for ${history.context}`);
  const draft: Draft = standardisedInput(ranker, 'standard');
  const { constants, nodes } = draft;
  constants.set('one', whole(1));
  constants.set('table', matrix(table, dim));
  constants.set('value', matrix(value, dim));
  constants.set('contextValue', matrix(contextValue, dim));
  addEmbedding(draft, 'candidateAttributes', 'candidate');
  addEmbedding(draft, 'historyAttributes', 'event');
  addShares(draft, attention);
  nodes.push(
    node('MatMul', ['event', 'value'], 'itemValues'),
    node('MatMul', ['historyContext', 'contextValue'], 'contextValues'),
    node('Add', ['itemValues', 'contextValues'], 'values'),
    node('MatMul', ['shares', 'values'], 'pooled'),
    node('Mul', ['candidate', 'pooled'], 'crossed'),
    node('Mul', ['shares', 'similarity'], 'attendedEach'),
    node('ReduceSum', ['attendedEach', 'one'], 'attended', { keepdims: int(1) }),
    node('Concat', ['standard', 'candidate', 'pooled', 'crossed', 'attended'], 'x0', { axis: int(1) }),
  );
  const first = 2 * columns.length + 3 * dim + 1;
  const heads = addLayers(draft, { first, output: 'logits', layers, activation: 'relu' });
  if (heads !== blend.length) throw new RangeError(`${heads} heads, ${blend.length} weights`);
  constants.set('blend', matrix(Float32Array.from(blend), 1));
  nodes.push(
    node('MatMul', ['logits', 'blend'], 'blended'),
    node('Squeeze', ['blended', 'one'], 'score'),
    node('Sigmoid', ['logits'], 'heads'),
  );
  const graph = rankerGraph({ columns, featureHash }, nodes, constants);
  const float = (name: string, ...shape: (string | number)[]) => ({ name, type: 'float' as const, shape });
  return {
    ...graph,
    inputs: [
      ...graph.inputs,
      float('similarity', 'N', 'H'),
      float('candidateAttributes', 'N', history.attributes),
      float('historyAttributes', 'H', history.attributes),
      float('historyContext', 'H', history.context),
    ],
    outputs: [...graph.outputs, float('heads', 'N', heads)],
  };
}
