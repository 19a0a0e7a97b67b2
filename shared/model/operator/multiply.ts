import { activation, binaryOperation } from '../../kernel/rank.ts';
import { type Node, sizeOf } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { input, integer, number, type Operator, refuseShape } from './operand.ts';
import { addElementwise, broadcast, offsetOf, type Strided, spread, stridesOf } from './strided.ts';

const panelColumns = 8;

/** Weights as `RankKernel.dense` takes them. */
interface Weights {
  readonly at: number;
  readonly row: number;
  readonly panel: number;
}

/** Constant weights [inner x columns] (or their transpose), times `factor`, packed into panels of eight columns: read in a straight line. */
function packed(plan: Plan, w: Value, transposed: boolean, factor: number): Weights {
  const [inner, columns] = (transposed ? [w.shape[1], w.shape[0]] : w.shape) as [number, number];
  const data = w.data ?? [];
  const panels = Math.ceil(columns / panelColumns);
  const at = plan.constant(`panels ${transposed} ${factor}:${w.name}`, panels * inner * panelColumns, (place) => {
    for (let k = 0; k < inner; k++) {
      for (let c = 0; c < columns; c++) {
        const value = data[transposed ? c * inner + k : k * columns + c] as number;
        place[((c >> 3) * inner + k) * panelColumns + (c & 7)] = value * factor;
      }
    }
  });
  return { at, row: panelColumns, panel: inner * panelColumns };
}

/** A copy with the last two axes swapped. */
function transpose(plan: Plan, x: Value): Value {
  const shape = [...x.shape.slice(0, -2), x.shape.at(-1) as number, x.shape.at(-2) as number];
  const out = plan.room(shape);
  const strides = stridesOf(x.shape);
  const from = { at: plan.at(x), strides: [...strides.slice(0, -2), strides.at(-1) as number, strides.at(-2) as number] };
  addElementwise(plan, binaryOperation.copy, shape, from, from, { at: out.at, strides: stridesOf(shape) });
  return out;
}

/** What follows a product directly and costs nothing more there. */
interface Tail {
  readonly output: string;
  readonly kind: number;
  readonly slope: number;
}

/** Takes an activation that alone reads `output` into the product. */
function fuseActivation(plan: Plan, output: string): Tail {
  const next = plan.fuse(output, ({ op }) => op === 'Relu' || op === 'LeakyRelu');
  if (!next) return { output, kind: activation.none, slope: 0 };
  if (next.op === 'Relu') return { output: next.output, kind: activation.relu, slope: 0 };
  return { output: next.output, kind: activation.leakyRelu, slope: number(next, 'alpha', 0.01) };
}

interface Product {
  readonly x: number;
  readonly weights: Weights;
  readonly bias: number;
  readonly out: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly tail?: Tail;
}

export function addProduct(plan: Plan, { x, weights, bias, out, rows, inner, columns, tail }: Product): void {
  const { kernel } = plan;
  const { at, row, panel } = weights;
  const kind = tail?.kind ?? activation.none;
  const slope = tail?.slope ?? 0;
  const work = rows * Math.ceil(columns / panelColumns) * panelColumns * inner;
  plan.add(work, () => kernel.dense(x, at, bias, out, rows, inner, columns, row, panel, kind, slope));
}

/** Whether a constant can be the bias of `columns` outputs. */
const isBias = (value: Value, columns: number) =>
  value.data?.length === columns && value.type === 'float' && (value.shape.at(-1) ?? 1) === columns;

/** alpha * A * B + beta * C. Constant B and C are scaled and packed when the plan is made. */
const gemm: Operator = (plan, node) => {
  const alpha = number(node, 'alpha', 1);
  const beta = number(node, 'beta', 1);
  const givenA = input(plan, node, 0);
  const givenB = input(plan, node, 1);
  if (givenA.shape.length !== 2 || givenB.shape.length !== 2) throw refuseShape(node, givenA.shape, givenB.shape);
  const a = integer(node, 'transA', 0) ? transpose(plan, givenA) : givenA;
  const transB = integer(node, 'transB', 0) !== 0;
  const [rows, inner] = a.shape as [number, number];
  const [innerB, columns] = (transB ? givenB.shape.toReversed() : givenB.shape) as [number, number];
  if (inner !== innerB) throw refuseShape(node, givenA.shape, givenB.shape);
  const c = node.inputs[2] ? input(plan, node, 2) : undefined;
  const fits = c === undefined || isBias(c, columns);
  // alpha is folded into B or, where B is not a constant, applied after.
  const folds = givenB.data !== undefined || alpha === 1;
  let weights: Weights;
  if (givenB.data) weights = packed(plan, givenB, transB, alpha);
  else {
    const b = transB ? transpose(plan, givenB) : givenB;
    weights = { at: plan.at(b), row: columns, panel: panelColumns };
  }
  const { name = '', data = [] } = c ?? {};
  const bias =
    c && fits && folds ? plan.constant(`bias ${beta}:${name}`, columns, (place) => place.set(data.map((v) => v * beta))) : 0;
  const out = plan.room([rows, columns]);
  const plain = fits && folds;
  const tail = plain ? fuseActivation(plan, node.output) : undefined;
  addProduct(plan, { x: plan.at(a), weights, bias, out: out.at, rows, inner, columns, ...(tail && { tail }) });
  if (plain) return { output: tail?.output ?? node.output, value: out };
  const { shape } = out;
  const target = { at: out.at, strides: stridesOf(shape) };
  const scale = (value: number, place: typeof target) =>
    addElementwise(plan, binaryOperation.mul, shape, place, spread(plan.filled(value, 1), [], shape), place);
  if (!folds) scale(alpha, target);
  if (!c) return out;
  if (broadcast(node, c.shape, shape).some((size, axis) => size !== shape[axis])) throw refuseShape(node, c.shape, shape);
  let addend = spread(plan.at(c), c.shape, shape);
  if (beta !== 1) {
    const scaled = { at: plan.room(shape).at, strides: target.strides };
    addElementwise(plan, binaryOperation.mul, shape, addend, spread(plan.filled(beta, 1), [], shape), scaled);
    addend = scaled;
  }
  addElementwise(plan, binaryOperation.add, shape, target, addend, target);
  return out;
};

/** A [... x M x K] times B [K x N]: one product. With an Add of a constant vector and an activation after it, where they follow. */
function flatProduct(plan: Plan, node: Node, a: Value, b: Value): ReturnType<Operator> {
  const [inner, columns] = b.shape as [number, number];
  const shape = [...a.shape.slice(0, -1), columns];
  const weights = b.data ? packed(plan, b, false, 1) : { at: plan.at(b), row: columns, panel: panelColumns };
  let bias = 0;
  let { output } = node;
  const isOther = (name: string) => name !== output && isBias(plan.get(name), columns);
  // A bias of more axes than the product would widen it.
  const add = plan.fuse(
    output,
    ({ op, inputs }) =>
      op === 'Add' && inputs.some((name) => plan.has(name) && isOther(name) && plan.get(name).shape.length <= shape.length),
  );
  if (add) {
    bias = plan.at(plan.get(add.inputs.find(isOther) as string));
    output = add.output;
  }
  const tail = fuseActivation(plan, output);
  const out = plan.room(shape);
  addProduct(plan, { x: plan.at(a), weights, bias, out: out.at, rows: sizeOf(a.shape.slice(0, -1)), inner, columns, tail });
  return { output: tail.output, value: out };
}

/** numpy.matmul: batches of matrices, broadcast; vectors count as a row on the left and a column on the right. */
const matmul: Operator = (plan, node) => {
  const givenA = input(plan, node, 0);
  const givenB = input(plan, node, 1);
  const shapeA = givenA.shape.length === 1 ? [1, ...givenA.shape] : givenA.shape;
  const shapeB = givenB.shape.length === 1 ? [...givenB.shape, 1] : givenB.shape;
  const [rows, inner] = shapeA.slice(-2) as [number, number];
  const [innerB, columns] = shapeB.slice(-2) as [number, number];
  if (shapeA.length < 2 || shapeB.length < 2 || inner !== innerB) throw refuseShape(node, givenA.shape, givenB.shape);
  if (givenA.shape.length > 1 && givenB.shape.length === 2) return flatProduct(plan, node, givenA, givenB);
  const batch = broadcast(node, shapeA.slice(0, -2), shapeB.slice(0, -2));
  const count = sizeOf(batch);
  const a = spread(plan.at(givenA), shapeA.slice(0, -2), batch);
  const b = spread(plan.at(givenB), shapeB.slice(0, -2), batch);
  const fullShape = [...batch, rows, columns];
  const out = plan.room(fullShape);
  const { kernel } = plan;
  const work = rows * Math.ceil(columns / panelColumns) * panelColumns * inner;
  const step = () => {
    for (let i = 0; i < count; i++) {
      const to = out.at + i * rows * columns;
      kernel.dense(
        startsA[i] as number,
        startsB[i] as number,
        0,
        to,
        rows,
        inner,
        columns,
        columns,
        panelColumns,
        activation.none,
        0,
      );
    }
  };
  plan.add(count * work, step, count);
  // Made only now that their number is known to be within limits.
  const startsA = starts(batch, a, rows * inner);
  const startsB = starts(batch, b, inner * columns);
  const dropped = fullShape.filter(
    (_, axis) =>
      !(axis === batch.length && givenA.shape.length === 1) && !(axis === batch.length + 1 && givenB.shape.length === 1),
  );
  return { ...out, shape: dropped };
};

/** First address of each matrix of a batch. */
const starts = (batch: readonly number[], { at, strides }: Strided, matrix: number) =>
  Uint32Array.from({ length: sizeOf(batch) }, (_, i) => at + offsetOf(i, batch, strides) * matrix);

export const multiply: Readonly<Record<string, Operator>> = { Gemm: gemm, MatMul: matmul };
