import type { Attribute, Graph, Node, Tensor } from '../../shared/model/graph.ts';

const opset = 17;

/** Column names and the hash of the ordered feature set, which every ranker carries. */
export interface RankerColumns {
  readonly columns: readonly string[];
  readonly featureHash: string;
}

export const vector = (data: Float32Array): Tensor => ({ type: 'float', shape: [data.length], data });
export const whole = (...values: number[]): Tensor => ({ type: 'int', shape: [values.length], data: Float64Array.from(values) });
export const node = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Record<string, Attribute> = {},
): Node => ({
  op,
  inputs,
  output,
  attributes,
});

/** A graph by the rankers' convention: input "features" float32 [N, F], output "score" float32 [N]. */
export function rankerGraph(
  { columns, featureHash }: RankerColumns,
  nodes: readonly Node[],
  constants: ReadonlyMap<string, Tensor>,
): Graph {
  if (columns.some((name) => name.includes(','))) throw new RangeError('a column name holds a comma');
  return {
    opset,
    inputs: [{ name: 'features', type: 'float', shape: ['N', columns.length] }],
    outputs: [{ name: 'score', type: 'float', shape: ['N'] }],
    nodes,
    constants,
    metadata: { 'vitrine.features': columns.join(','), 'vitrine.featureHash': featureHash },
  };
}
