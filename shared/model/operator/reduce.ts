import { activation, binaryOperation } from '../../kernel/rank.ts';
import { type Node, sizeOf } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { axisOf, input, integer, integers, known, type Operator } from './operand.ts';
import { addElementwise, stridesOf } from './strided.ts';

/** Sum over one axis times `factor`, as a product with a constant vector. */
function addSum(plan: Plan, x: Value, axis: number, factor: number): Value {
  const count = x.shape[axis] as number;
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const out = plan.room(x.shape.with(axis, 1));
  const { kernel } = plan;
  const ones = plan.filled(factor, count);
  const from = plan.at(x);
  if (inner === 1) {
    plan.add(outer * count * 8, () => kernel.dense(from, ones, 0, out.at, outer, count, 1, 1, 8, activation.none, 0));
    return out;
  }
  const step = () => {
    for (let i = 0; i < outer; i++) {
      kernel.dense(ones, from + i * count * inner, 0, out.at + i * inner, 1, count, inner, inner, 8, activation.none, 0);
    }
  };
  plan.add(outer * count * (inner + 7), step, outer);
  return out;
}

/** Axes are an attribute before opset 13 (ReduceSum) and 18 (ReduceMean), an input since. */
const reduce =
  (isMean: boolean): Operator =>
  (plan, node) => {
    let out = input(plan, node, 0);
    const { shape } = out;
    const given = known(plan, node, 1) ?? integers(node, 'axes') ?? [];
    const none = given.length === 0;
    if (none && integer(node, 'noop_with_empty_axes', 0)) return { ...out, at: plan.at(out) };
    const axes = new Set(none ? shape.keys() : given.map((axis) => axisOf(node, axis, shape.length)));
    for (const axis of axes) out = addSum(plan, out, axis, isMean ? 1 / (shape[axis] as number) : 1);
    const kept = integer(node, 'keepdims', 1) ? out.shape : out.shape.filter((_, axis) => !axes.has(axis));
    return { ...out, at: plan.at(out), shape: kept };
  };

/** A copy with two axes swapped. */
function swapped(plan: Plan, x: Value, i: number, j: number): Value {
  const swap = (list: readonly number[]) => list.with(i, list[j] as number).with(j, list[i] as number);
  const shape = swap(x.shape);
  const out = plan.room(shape);
  const from = { at: plan.at(x), strides: swap(stridesOf(x.shape)) };
  addElementwise(plan, binaryOperation.copy, shape, from, from, { at: out.at, strides: stridesOf(shape) });
  return out;
}

function addSoftmax(plan: Plan, x: Value): Value {
  const out = plan.room(x.shape);
  const columns = x.shape.at(-1) as number;
  const rows = sizeOf(x.shape.slice(0, -1));
  const { kernel } = plan;
  const from = plan.at(x);
  plan.add(rows * columns * 16, () => kernel.softmax(from, out.at, rows, columns));
  return out;
}

const softmax: Operator = (plan: Plan, node: Node) => {
  const x = input(plan, node, 0);
  const last = x.shape.length - 1;
  const axis = axisOf(node, integer(node, 'axis', -1), x.shape.length);
  if (sizeOf(x.shape.slice(axis + 1)) !== 1) return swapped(plan, addSoftmax(plan, swapped(plan, x, axis, last)), axis, last);
  // Axes of size 1 after it change nothing.
  return { ...addSoftmax(plan, { ...x, shape: x.shape.slice(0, axis + 1) }), shape: x.shape };
};

export const reduceOperators: Readonly<Record<string, Operator>> = {
  ReduceSum: reduce(false),
  ReduceMean: reduce(true),
  Softmax: softmax,
};
