import type { Attribute, Tensor } from '../../../shared/model/graph.ts';
import { type AttentionRanker, attentionGraph } from '../../onnx/attention.ts';
import { encodeModel } from '../../onnx/encode.ts';
import { node, whole } from '../../onnx/graph.ts';

/** Units of the activation unit's hidden layer, as in the paper. */
const units = 36;
const axis = (value: number): Record<string, Attribute> => ({ axis: { kind: 'i', value } });

/**
 * The ranker with the concatenated activation unit of DIN (Zhou et al. 2018): the logit of a candidate and an event is a small network of [candidate |
 * event | difference | product | similarity], evaluated for every pair.
 * @param noise weights.
 */
export function dinRankerModel(ranker: AttentionRanker, noise: (length: number, spread: number) => Float32Array): Uint8Array {
  const { dim } = ranker.attention;
  const graph = attentionGraph(ranker);
  const inputs = 4 * dim + 1;
  const tensor = (data: Float32Array, ...shape: number[]): Tensor => ({ type: 'float', shape, data });
  const constants = new Map([
    ...graph.constants,
    ['first', whole(0)] as const,
    ['third', whole(2)] as const,
    ['nil', tensor(new Float32Array(1))] as const,
    ['unit1', tensor(noise(inputs * units, 1 / Math.sqrt(inputs)), inputs, units)] as const,
    ['unitBias', tensor(noise(units, 0.1), units)] as const,
    ['unit2', tensor(noise(units, 1 / Math.sqrt(units)), units, 1)] as const,
  ]);
  const unit = [
    node('Unsqueeze', ['candidate', 'one'], 'candidateAlone'),
    node('Unsqueeze', ['event', 'first'], 'eventAlone'),
    node('Unsqueeze', ['similarity', 'third'], 'pairSimilarity'),
    // Adding zeros of every pair widens both to all pairs.
    node('Mul', ['pairSimilarity', 'nil'], 'pairs'),
    node('Add', ['candidateAlone', 'pairs'], 'pairCandidate'),
    node('Add', ['eventAlone', 'pairs'], 'pairEvent'),
    node('Sub', ['pairCandidate', 'pairEvent'], 'pairDifference'),
    node('Mul', ['pairCandidate', 'pairEvent'], 'pairProduct'),
    node('Concat', ['pairCandidate', 'pairEvent', 'pairDifference', 'pairProduct', 'pairSimilarity'], 'pair', axis(2)),
    node('MatMul', ['pair', 'unit1'], 'unitSums'),
    node('Add', ['unitSums', 'unitBias'], 'unitBiased'),
    node('Relu', ['unitBiased'], 'unitHidden'),
    node('MatMul', ['unitHidden', 'unit2'], 'unitOut'),
    node('Squeeze', ['unitOut', 'third'], 'unitLogit'),
  ];
  const replaced = new Set(['queries', 'keys', 'products', 'alike', 'matched']);
  const nodes = graph.nodes.flatMap((one) => {
    if (replaced.has(one.output)) return [];
    return one.output === 'attention' ? [...unit, node('Add', ['unitLogit', 'bias'], 'attention')] : [one];
  });
  return encodeModel({ ...graph, nodes, constants });
}
