import type { Attribute, Node, Tensor } from '../../shared/model/graph.ts';
import { dataType } from '../../shared/model/proto.ts';
import { node, vector } from './graph.ts';

const int = (value: number): Attribute => ({ kind: 'i', value });

/**
 * What dense rankers begin with: from "features" [N, F] makes `output` [N, 2F] = [(x - mean) / std, or 0 where x is NaN | 1 where x is NaN, else 0].
 * @param scale mean and std per column, [F]; std > 0.
 */
export function standardisedInput(
  { mean, std }: { readonly mean: Float32Array; readonly std: Float32Array },
  output: string,
): { readonly nodes: Node[]; readonly constants: Map<string, Tensor> } {
  return {
    constants: new Map<string, Tensor>([
      ['mean', vector(mean)],
      ['std', vector(std)],
      ['zero', { type: 'float', shape: [], data: new Float32Array(1) }],
    ]),
    nodes: [
      node('IsNaN', ['features'], 'missing'),
      node('Cast', ['missing'], 'indicator', { to: int(dataType.float) }),
      node('Sub', ['features', 'mean'], 'centred'),
      node('Div', ['centred', 'std'], 'scaled'),
      node('Where', ['missing', 'zero', 'scaled'], 'standardised'),
      node('Concat', ['standardised', 'indicator'], output, { axis: int(1) }),
    ],
  };
}
