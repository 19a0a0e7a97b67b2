import { activation, type RankKernel } from '../../kernel/rank.ts';
import { sizeOf } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { attribute, axisOf, input, integer, known, type PlanNode, view } from './operator.ts';
import { permuted } from './strided.ts';

/** Sum over one axis times `factor`, as a product with a constant vector. */
function summed(plan: Plan, x: Value, axis: number, factor: number): Value {
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
export const reduce =
  (isMean: boolean): PlanNode =>
  (plan, node) => {
    let out = input(plan, node, 0);
    const { shape } = out;
    const given = known(plan, node, 1) ?? attribute(node, 'axes', 'ints') ?? [];
    const isNone = given.length === 0;
    if (isNone && integer(node, 'noop_with_empty_axes', 0)) return view(plan, out, shape);
    const axes = new Set(isNone ? shape.keys() : given.map((axis) => axisOf(node, axis, shape.length)));
    for (const axis of axes) out = summed(plan, out, axis, isMean ? 1 / (shape[axis] as number) : 1);
    return view(plan, out, integer(node, 'keepdims', 1) ? out.shape : out.shape.filter((_, axis) => !axes.has(axis)));
  };

function addSoftmax(plan: Plan<RankKernel>, x: Value, columns: number): Value {
  const out = plan.room(x.shape);
  const rows = sizeOf(x.shape) / columns;
  const from = plan.at(x);
  if (columns) plan.add(rows * columns * 16, () => plan.kernel.softmax(from, out.at, rows, columns));
  return out;
}

export const softmax: PlanNode<RankKernel> = (plan, node) => {
  const x = input(plan, node, 0);
  const rank = x.shape.length;
  const axis = axisOf(node, integer(node, 'axis', -1), rank);
  const columns = x.shape[axis] as number;
  // Axes of size 1 after it change nothing.
  if (sizeOf(x.shape.slice(axis + 1)) === 1) return addSoftmax(plan, x, columns);
  const order = Array.from({ length: rank }, (_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
  return permuted(plan, addSoftmax(plan, permuted(plan, x, order), columns), order);
};
