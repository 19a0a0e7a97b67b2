import { binaryOperation, unaryOperation } from '../../kernel/rank.ts';
import { type ElementType, type Node, sizeOf } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { dataType } from '../proto.ts';
import { ModelRefused } from '../refused.ts';
import { input, integer, known, number, type Operator } from './operand.ts';
import { addElementwise, broadcast, spread, stridesOf } from './strided.ts';

/** In place where nobody else reads the input. */
export function addUnary(plan: Plan, operation: number, x: Value, slope = 0, type: ElementType = 'float'): Value {
  const out = x.last ? { ...x, type } : plan.room(x.shape, type);
  const { kernel } = plan;
  const from = plan.at(x);
  const size = sizeOf(x.shape);
  plan.add(4 * size, () => kernel.unary(operation, from, out.at, size, slope));
  return out;
}

const unary =
  (operation: number, type: ElementType = 'float'): Operator =>
  (plan, node) =>
    addUnary(plan, operation, input(plan, node, 0), number(node, 'alpha', 0.01), type);

function addBinary(plan: Plan, node: Node, operation: number, a: Value, b: Value): Value {
  const shape = broadcast(node, a.shape, b.shape);
  const out = plan.room(shape);
  addElementwise(plan, operation, shape, spread(plan.at(a), a.shape, shape), spread(plan.at(b), b.shape, shape), {
    at: out.at,
    strides: stridesOf(shape),
  });
  return out;
}

const binary =
  (operation: number): Operator =>
  (plan, node) =>
    addBinary(plan, node, operation, input(plan, node, 0), input(plan, node, 1));

/** Everywhere the third input, then over it the second where the condition holds. */
const where: Operator = (plan, node) => {
  const condition = input(plan, node, 0, 'bool');
  const yes = input(plan, node, 1);
  const no = input(plan, node, 2);
  const shape = broadcast(node, broadcast(node, condition.shape, yes.shape), no.shape);
  const out = plan.room(shape);
  const target = { at: out.at, strides: stridesOf(shape) };
  const other = spread(plan.at(no), no.shape, shape);
  addElementwise(plan, binaryOperation.copy, shape, other, other, target);
  const mask = spread(plan.at(condition), condition.shape, shape);
  addElementwise(plan, binaryOperation.put, shape, mask, spread(plan.at(yes), yes.shape, shape), target);
  return out;
};

const clip: Operator = (plan, node) => {
  let out = input(plan, node, 0);
  for (const [i, operation] of [
    [1, binaryOperation.max],
    [2, binaryOperation.min],
  ] as const) {
    const bound = known(plan, node, i, 'float');
    if (!bound) continue;
    if (bound.length !== 1) throw new ModelRefused('bad-shape', `Clip by [${bound.length}]`);
    const scalar: Value = { type: 'float', shape: [], at: plan.filled(bound[0] as number, 1), last: false };
    out = addBinary(plan, node, operation, out, scalar);
  }
  return out;
};

/** Whole numbers are float32 here; only what changes a number is a step. */
const cast: Operator = (plan, node) => {
  const x = plan.get(node.inputs[0] as string);
  const to = integer(node, 'to', 0);
  const type =
    to === dataType.float
      ? 'float'
      : to === dataType.bool
        ? 'bool'
        : to === dataType.int64 || to === dataType.int32
          ? 'int'
          : undefined;
  if (!type) throw new ModelRefused('unsupported-type', `Cast to ${to}`);
  if (type === x.type || type === 'float' || x.type === 'bool') return { ...x, type, at: plan.at(x) };
  const out = plan.room(x.shape, type);
  const from = plan.at(x);
  const size = sizeOf(x.shape);
  plan.add(size, () => {
    const memory = plan.kernel.memory(0);
    for (let i = 0; i < size; i++) {
      const value = memory[from + i] as number;
      memory[out.at + i] = type === 'int' ? Math.trunc(value) : value !== 0 ? 1 : 0;
    }
  });
  return out;
};

export const elementwise: Readonly<Record<string, Operator>> = {
  Add: binary(binaryOperation.add),
  Sub: binary(binaryOperation.sub),
  Mul: binary(binaryOperation.mul),
  Div: binary(binaryOperation.div),
  Relu: unary(unaryOperation.relu),
  LeakyRelu: unary(unaryOperation.leakyRelu),
  Sigmoid: unary(unaryOperation.sigmoid),
  Tanh: unary(unaryOperation.tanh),
  Exp: unary(unaryOperation.exp),
  Log: unary(unaryOperation.log),
  Sqrt: unary(unaryOperation.sqrt),
  Neg: unary(unaryOperation.neg),
  Abs: unary(unaryOperation.abs),
  IsNaN: unary(unaryOperation.isNaN, 'bool'),
  Clip: clip,
  Where: where,
  Cast: cast,
};
