import { binaryOperation, unaryOperation } from '../../kernel/rank.ts';
import type { Node } from '../graph.ts';
import { attribute } from '../operator/operator.ts';
import { dataType } from '../proto.ts';
import { type DensePlan, type Matrix, outside, type PlanDense } from './plan.ts';

/** Fewest and most inputs, how it is planned, and the attributes that are understood. */
export type DenseOperator = readonly [least: number, most: number, plan: PlanDense, attributes?: string | undefined];

const panelColumns = 8;

const unary = (operation: number, type?: Matrix['type'], attributes?: string): DenseOperator => [
  1,
  1,
  (plan, node) => {
    const x = plan.input(node, 0);
    const out = plan.room(x.columns, type);
    const slope = attribute(node, 'alpha', 'f') ?? 0.01;
    const size = plan.rows * x.columns;
    if (!x.step) throw outside(node);
    plan.add(4 * size, () => plan.kernel.unary(operation, x.at, out.at, size, slope));
    return out;
  },
  attributes,
];

/** Adds out = operation(a, b), row by row; constants and single columns repeat. */
function addBinary(
  { kernel, rows, add }: DensePlan,
  operation: number,
  a: Matrix,
  b: Matrix,
  at: number,
  columns: number,
  step: number,
) {
  const [stepA, stepB] = [a, b].map((x) => (x.columns < columns ? 0 : 1)) as [number, number];
  add(rows * (columns + 4), () => kernel.binary(operation, a.at, b.at, at, rows, columns, a.step, stepA, b.step, stepB, step));
}

/** Room for what these make together, as wide as the widest. */
function roomFor(plan: DensePlan, node: Node, ...parts: readonly Matrix[]): Matrix {
  const columns = Math.max(...parts.map((part) => part.columns));
  const isAligned = parts.every((part) => part.columns === columns || part.columns === 1);
  if (!isAligned || parts.every(({ step }) => !step)) throw outside(node);
  return plan.room(columns);
}

const binary = (operation: number): DenseOperator => [
  2,
  2,
  (plan, node) => {
    const [a, b] = [plan.input(node, 0), plan.input(node, 1)];
    const out = roomFor(plan, node, a, b);
    addBinary(plan, operation, a, b, out.at, out.columns, out.columns);
    return out;
  },
];

/** Everywhere the third input, then over it the second where the condition holds. */
const where: PlanDense = (plan, node) => {
  const [condition, yes, no] = [plan.input(node, 0, 'bool'), plan.input(node, 1), plan.input(node, 2)];
  const out = roomFor(plan, node, condition, yes, no);
  addBinary(plan, binaryOperation.copy, no, no, out.at, out.columns, out.columns);
  addBinary(plan, binaryOperation.put, condition, yes, out.at, out.columns, out.columns);
  return out;
};

/** Of booleans, which are numbers here already. */
const cast: PlanDense = (plan, node) => {
  if (attribute(node, 'to', 'i') !== dataType.float) throw outside(node);
  return { ...plan.input(node, 0, 'bool'), type: 'float' };
};

const concat: PlanDense = (plan, node) => {
  if (![1, -1].includes(attribute(node, 'axis', 'i') ?? 0)) throw outside(node);
  const parts = node.inputs.map((_, i) => plan.input(node, i));
  const out = plan.room(parts.reduce((sum, { columns }) => sum + columns, 0));
  let { at } = out;
  for (const part of parts) {
    if (!part.step) throw outside(node);
    addBinary(plan, binaryOperation.copy, part, part, at, part.columns, out.columns);
    at += part.columns;
  }
  return out;
};

/** x times constant weights, packed into panels of eight columns that are read in a straight line, plus a constant bias. */
const gemm: PlanDense = (plan, node) => {
  const { kernel, rows, graph } = plan;
  const x = plan.input(node, 0);
  const { data, shape = [], type } = graph.constants.get(node.inputs[1] as string) ?? {};
  const isTurned = attribute(node, 'transB', 'i') === 1;
  const [inner, columns] = (isTurned ? shape.toReversed() : shape) as [number, number];
  const bias = node.inputs[2] ? plan.input(node, 2) : undefined;
  const isPlain = (attribute(node, 'alpha', 'f') ?? 1) === 1 && (attribute(node, 'beta', 'f') ?? 1) === 1;
  const isBias = !bias || (!bias.step && bias.columns === columns);
  if (!data || type !== 'float' || shape.length !== 2 || inner !== x.columns || !x.step || !isPlain || !isBias)
    throw outside(node);
  const panel = inner * panelColumns;
  const packed = new Float32Array(Math.ceil(columns / panelColumns) * panel);
  for (let k = 0; k < inner; k++) {
    for (let c = 0; c < columns; c++) {
      packed[(c >> 3) * panel + k * panelColumns + (c & 7)] = data[isTurned ? c * inner + k : k * columns + c] as number;
    }
  }
  const weights = plan.constant(packed);
  const out = plan.room(columns);
  plan.add(rows * inner * (columns + panelColumns), () =>
    kernel.dense(x.at, weights, bias?.at ?? 0, out.at, rows, inner, columns, panelColumns, panel, 0, 0),
  );
  return out;
};

const squeeze: PlanDense = (plan, node) => {
  const x = plan.input(node, 0);
  const axes = plan.graph.constants.get(node.inputs[1] as string)?.data;
  if (x.columns !== 1 || axes?.length !== 1 || ![1, -1].includes(axes[0] as number)) throw outside(node);
  return { ...x, isFlat: true };
};

/** What dense rankers are made of: few forms of few operators, because every visitor downloads them. The others are in ../operator. */
export const denseOperators: Readonly<Record<string, DenseOperator>> = {
  Add: binary(binaryOperation.add),
  Sub: binary(binaryOperation.sub),
  Mul: binary(binaryOperation.mul),
  Div: binary(binaryOperation.div),
  Relu: unary(unaryOperation.relu),
  LeakyRelu: unary(unaryOperation.leakyRelu, 'float', 'alpha'),
  Sigmoid: unary(unaryOperation.sigmoid),
  Tanh: unary(unaryOperation.tanh),
  IsNaN: unary(unaryOperation.isNaN, 'bool'),
  Where: [3, 3, where],
  Cast: [1, 1, cast, 'to saturate'],
  Concat: [1, 64, concat, 'axis'],
  Gemm: [2, 3, gemm, 'alpha beta transB'],
  MatMul: [2, 2, gemm],
  Squeeze: [2, 2, squeeze],
};
