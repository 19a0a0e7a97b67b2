import type { Attribute, Graph, Node, Tensor } from '../../../shared/model/graph.ts';
import { dataType } from '../../../shared/model/proto.ts';
import { encodeModel } from '../../onnx/encode.ts';
import { node, whole } from '../../onnx/graph.ts';
import type { UserTower } from './network.ts';

const int = (value: number): Attribute => ({ kind: 'i', value });
const nowhere = 1e9;

/**
 * The user tower as ONNX, operators of the kernel engine only. Input "history" float32 [N, 1 + last + last * rank], row-major:
 *
 *   segment, or the number of segments where it is unknown
 *   per place 1 where there is an interaction, 0 before the first; the newest is the last place
 *   per place the item's vector of the release, zeros before the first
 *
 * Output "vector" float32 [N, rank]: the score of an item is its inner product with it.
 */
export function userTowerModel({ shape: { rank, last, hidden, segments }, dense }: UserTower): Uint8Array<ArrayBuffer> {
  const { query, places, segments: table, w1, b1, w2, b2 } = dense.of;
  const float = (shape: number[], data: Float32Array): Tensor => ({ type: 'float', shape, data: data.slice() });
  const scalar = (value: number) => float([], Float32Array.of(value));
  const constants = new Map<string, Tensor>([
    ['query', float([rank, 1], query.values)],
    // By place, the newest last; training counts from the newest.
    ['places', float([1, last], places.values.slice(0, last).reverse())],
    ['segments', float([segments + 1, rank], table.values)],
    ['w1', float([rank, hidden], w1.values)],
    ['b1', float([hidden], b1.values)],
    ['w2', float([hidden, rank], w2.values)],
    ['b2', float([rank], b2.values)],
    ['one', scalar(1)],
    ['far', scalar(nowhere)],
    ['from0', whole(0)],
    ['from1', whole(1)],
    ['fromVectors', whole(1 + last)],
    ['toVectors', whole(1 + last + last * rank)],
    ['axis1', whole(1)],
    ['axis2', whole(2)],
    ['placed', whole(-1, last, rank)],
  ]);
  const nodes: Node[] = [
    node('Slice', ['history', 'from0', 'from1', 'axis1'], 'segmentColumn'),
    node('Squeeze', ['segmentColumn', 'axis1'], 'segmentNumber'),
    node('Cast', ['segmentNumber'], 'segment', { to: int(dataType.int64) }),
    node('Gather', ['segments', 'segment'], 'context', { axis: int(0) }),
    node('Slice', ['history', 'from1', 'fromVectors', 'axis1'], 'present'),
    node('Slice', ['history', 'fromVectors', 'toVectors', 'axis1'], 'flat'),
    node('Reshape', ['flat', 'placed'], 'vectors'),
    node('MatMul', ['vectors', 'query'], 'asked'),
    node('Squeeze', ['asked', 'axis2'], 'logits'),
    node('Add', ['logits', 'places'], 'aged'),
    node('Sub', ['present', 'one'], 'absent'),
    node('Mul', ['absent', 'far'], 'shut'),
    node('Add', ['aged', 'shut'], 'masked'),
    node('Softmax', ['masked'], 'weights', { axis: int(1) }),
    node('Unsqueeze', ['weights', 'axis2'], 'column'),
    node('Mul', ['vectors', 'column'], 'weighted'),
    node('ReduceSum', ['weighted', 'axis1'], 'pooled', { keepdims: int(0) }),
    node('Add', ['pooled', 'context'], 'input'),
    node('Gemm', ['input', 'w1', 'b1'], 'z'),
    node('Relu', ['z'], 'hidden'),
    node('Gemm', ['hidden', 'w2', 'b2'], 'change'),
    node('Add', ['input', 'change'], 'vector'),
  ];
  const graph: Graph = {
    opset: 17,
    inputs: [{ name: 'history', type: 'float', shape: ['N', 1 + last + last * rank] }],
    outputs: [{ name: 'vector', type: 'float', shape: ['N', rank] }],
    nodes,
    constants,
    metadata: {
      'vitrine.encoder': 'two-tower',
      'vitrine.last': String(last),
      'vitrine.rank': String(rank),
      'vitrine.segments': String(segments),
    },
  };
  return encodeModel(graph);
}
