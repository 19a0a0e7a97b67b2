import { activation } from '../../kernel/rank.ts';
import { type Node, sizeOf } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { refused } from '../refused.ts';
import { attribute, badShape, input, integer, type PlanNode } from './operator.ts';

const panelColumns = 8;

/** Weights as `RankKernel.dense` takes them. */
export interface Weights {
  readonly at: number;
  readonly row: number;
  readonly panel: number;
}

/** Row-major [inner x columns] as it lies. */
export const rowMajor = (at: number, columns: number): Weights => ({ at, row: columns, panel: panelColumns });

/** Constant weights [inner x columns] (or their transpose), times `factor`, packed into panels of eight columns: read in a straight line. */
export function packed(plan: Plan, { data = new Float32Array(0), name, shape }: Value, transposed = false, factor = 1): Weights {
  const [inner, columns] = (transposed ? [shape[1], shape[0]] : shape) as [number, number];
  const panel = inner * panelColumns;
  const at = plan.constant(`panels ${transposed} ${factor}:${name}`, Math.ceil(columns / panelColumns) * panel, (place) => {
    for (let k = 0; k < inner; k++) {
      for (let c = 0; c < columns; c++) {
        place[(c >> 3) * panel + k * panelColumns + (c & 7)] =
          (data[transposed ? c * inner + k : k * columns + c] as number) * factor;
      }
    }
  });
  return { at, row: panelColumns, panel };
}

/**
 * x [... x inner] times weights, plus a bias (address, 0 = none), and the activation that alone reads `output`, if one does: it costs nothing
 * more here. The result belongs to the last of them.
 */
export function product(
  plan: Plan,
  output: string,
  x: Value,
  weights: Weights,
  columns: number,
  bias: number,
): ReturnType<PlanNode> {
  const lead = x.shape.slice(0, -1);
  const inner = x.shape.at(-1) as number;
  const next = plan.fuse(output, ({ op }) => op === 'Relu' || op === 'LeakyRelu');
  const kind = activation[next ? (next.op === 'Relu' ? 'relu' : 'leakyRelu') : 'none'];
  const slope = (next && attribute(next, 'alpha', 'f')) ?? 0.01;
  const out = plan.room([...lead, columns]);
  const from = plan.at(x);
  const rows = sizeOf(lead);
  const { at, row, panel } = weights;
  plan.add(rows * (columns + panelColumns) * inner, () =>
    plan.kernel.dense(from, at, bias, out.at, rows, inner, columns, row, panel, kind, slope),
  );
  return { output: next?.output ?? output, value: out };
}

/** Whether a value is a constant that `product` can add to `columns` outputs. */
export const isBias = ({ data, type, shape }: Value, columns: number) =>
  type === 'float' && data?.length === columns && (shape.at(-1) ?? 1) === columns;

/** alpha * A * B + beta * C with constant B, and a constant for C that is the same for every row: what exporters write. */
export const gemm: PlanNode = (plan, node: Node) => {
  const [a, b] = [input(plan, node, 0), input(plan, node, 1)];
  const c = node.inputs[2] ? input(plan, node, 2) : undefined;
  const transposed = integer(node, 'transB', 0) !== 0;
  const [inner, columns] = (transposed ? b.shape.toReversed() : b.shape) as [number, number];
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[1] !== inner) throw badShape(node);
  const isOne = c?.data?.length === 1;
  if (!b.data || integer(node, 'transA', 0) || (c && !isOne && !isBias(c, columns)))
    throw refused('unsupported-operator', `${node.op} of computed values`);
  const beta = attribute(node, 'beta', 'f') ?? 1;
  const { data = [], name } = c ?? {};
  const bias = c
    ? plan.constant(`bias ${beta} ${columns}:${name}`, columns, (place) => {
        for (let i = 0; i < columns; i++) place[i] = (data[isOne ? 0 : i] as number) * beta;
      })
    : 0;
  return product(plan, node.output, a, packed(plan, b, transposed, attribute(node, 'alpha', 'f') ?? 1), columns, bias);
};
