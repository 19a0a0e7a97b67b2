import { binaryOperation, unaryOperation } from '../../kernel/rank.ts';
import { type ElementType, type Node, sizeOf } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { dataType } from '../proto.ts';
import { refused } from '../refused.ts';
import { attribute, input, integer, type Operator, type PlanNode } from './operator.ts';
import { addElementwise, broadcast, mapped, spread, stridesOf } from './strided.ts';

/** In place where nobody else reads the input. */
const unary = (operation: number, type: ElementType = 'float', attributes?: string): Operator => [
  1,
  1,
  (plan, node) => {
    const x = input(plan, node, 0);
    const slope = attribute(node, 'alpha', 'f') ?? 0.01;
    const out = x.last ? { ...x, type } : plan.room(x.shape, type);
    const from = plan.at(x);
    const size = sizeOf(x.shape);
    plan.add(4 * size, () => plan.kernel.unary(operation, from, out.at, size, slope));
    return out;
  },
  attributes,
];

export function combined(plan: Plan, node: Node, operation: number, a: Value, b: Value): Value {
  const shape = broadcast(node, a.shape, b.shape);
  return mapped(plan, operation, shape, spread(plan.at(a), a.shape, shape), spread(plan.at(b), b.shape, shape));
}

const binary = (operation: number): Operator => [
  2,
  2,
  (plan, node) => combined(plan, node, operation, input(plan, node, 0), input(plan, node, 1)),
];

/** Everywhere the third input, then over it the second where the condition holds. */
const where: PlanNode = (plan, node) => {
  const condition = input(plan, node, 0, 'bool');
  const [yes, no] = [input(plan, node, 1), input(plan, node, 2)];
  const shape = broadcast(node, broadcast(node, condition.shape, yes.shape), no.shape);
  const operand = (x: Value) => spread(plan.at(x), x.shape, shape);
  const out = mapped(plan, binaryOperation.copy, shape, operand(no), operand(no));
  addElementwise(plan, binaryOperation.put, shape, operand(condition), operand(yes), { at: out.at, strides: stridesOf(shape) });
  return out;
};

/** f of every element, here and not in a kernel: for what is rare. */
function each(plan: Plan, x: Value, type: ElementType, f: (x: number) => number): Value {
  const out = plan.room(x.shape, type);
  const from = plan.at(x);
  const size = sizeOf(x.shape);
  plan.add(8 * size, () => {
    const memory = plan.kernel.memory(0);
    for (let i = 0; i < size; i++) memory[out.at + i] = f(memory[from + i] as number);
  });
  return out;
}

/** Whole numbers are float32 here; only what changes a number is a step. */
const cast: PlanNode = (plan, node) => {
  const x = plan.get(node.inputs[0] as string);
  const to = integer(node, 'to', 0);
  const type = (
    { [dataType.float]: 'float', [dataType.bool]: 'bool', [dataType.int64]: 'int', [dataType.int32]: 'int' } as const
  )[to];
  if (!type) throw refused('unsupported-type', `Cast to ${to}`);
  if (type === x.type || type === 'float' || x.type === 'bool') return { ...x, type, at: plan.at(x) };
  return each(plan, x, type, type === 'int' ? Math.trunc : (value) => (value !== 0 ? 1 : 0));
};

export const elementwise = {
  Add: binary(binaryOperation.add),
  Sub: binary(binaryOperation.sub),
  Mul: binary(binaryOperation.mul),
  Div: binary(binaryOperation.div),
  Relu: unary(unaryOperation.relu),
  LeakyRelu: unary(unaryOperation.leakyRelu, 'float', 'alpha'),
  Sigmoid: unary(unaryOperation.sigmoid),
  Tanh: unary(unaryOperation.tanh),
  Exp: unary(unaryOperation.exp),
  Log: [1, 1, (plan, node) => each(plan, input(plan, node, 0), 'float', Math.log)],
  Sqrt: unary(unaryOperation.sqrt),
  Neg: unary(unaryOperation.neg),
  Abs: unary(unaryOperation.abs),
  IsNaN: unary(unaryOperation.isNaN, 'bool'),
  Where: [3, 3, where],
  Cast: [1, 1, cast, 'to saturate'],
} satisfies Record<string, Operator>;
