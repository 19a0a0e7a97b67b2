import { binaryOperation } from '../../kernel/rank.ts';
import { sizeOf } from '../graph.ts';
import { refused } from '../refused.ts';

import { any, attribute, axisOf, badShape, input, integer, known, type PlanNode, view } from './operator.ts';

import { addElementwise, copied, mapped, permuted, stridesOf } from './strided.ts';

export const reshape: PlanNode = (plan, node) => {
  const x = any(plan, node);
  const keepsZero = integer(node, 'allowzero', 0) !== 0;
  const shape = (known(plan, node, 1) ?? []).map((size, axis) => (size === 0 && !keepsZero ? (x.shape[axis] ?? -2) : size));
  const free = shape.indexOf(-1);
  if (free >= 0) shape[free] = sizeOf(x.shape) / sizeOf(shape.toSpliced(free, 1));
  if (shape.some((size) => !(size >= 0 && Number.isInteger(size))) || sizeOf(shape) !== sizeOf(x.shape)) throw badShape(node);
  return view(plan, x, shape);
};

export const unsqueeze: PlanNode = (plan, node) => {
  const x = any(plan, node);
  const given = known(plan, node, 1) ?? [];
  const rank = x.shape.length + given.length;
  const axes = new Set(given.map((axis) => axisOf(node, axis, rank)));
  if (axes.size !== given.length) throw badShape(node);
  const sizes = x.shape.values();
  return view(
    plan,
    x,
    Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (sizes.next().value as number))),
  );
};

export const transpose: PlanNode = (plan, node) => {
  const x = any(plan, node);
  const order = attribute(node, 'perm', 'ints') ?? Array.from(x.shape.keys()).reverse();
  if (order.length !== x.shape.length || order.toSorted((a, b) => a - b).some((axis, i) => axis !== i)) throw badShape(node);
  return permuted(plan, x, order);
};

/** starts, ends, axes and steps are constants; out-of-range bounds are clamped, as the specification says. */
export const slice: PlanNode = (plan, node) => {
  const x = any(plan, node);
  const starts = known(plan, node, 1) ?? [];
  const ends = known(plan, node, 2) ?? [];
  const axes = known(plan, node, 3) ?? Array.from(starts.keys());
  const steps = known(plan, node, 4) ?? starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length)) throw badShape(node);
  const shape = [...x.shape];
  const strides = stridesOf(shape);
  const done = new Set<number>();
  let at = plan.at(x);
  for (const [i, given] of axes.entries()) {
    const axis = axisOf(node, given, shape.length);
    const size = shape[axis] as number;
    const stride = strides[axis] as number;
    const step = steps[i] as number;
    if (step === 0 || done.has(axis)) throw badShape(node);
    done.add(axis);
    const back = step < 0 ? 1 : 0;
    const bound = (value: number) => Math.min(Math.max(value < 0 ? value + size : value, -back), size - back);
    const start = bound(starts[i] as number);
    shape[axis] = Math.max(0, Math.ceil((bound(ends[i] as number) - start) / step));
    if (shape[axis]) at += start * stride;
    strides[axis] = stride * step;
  }
  return copied(plan, shape, { at, strides }, x.type);
};

/** Constant indices up to this many are a step each. */
const mostCopies = 64;

/** Rows (or other slices) of a table: copied by plan where the indices are constants, looked up at every run where they are computed. */
export const gather: PlanNode = (plan, node) => {
  const x = any(plan, node);
  const indices = input(plan, node, 1, 'int');
  const axis = axisOf(node, integer(node, 'axis', 0), x.shape.length);
  const size = x.shape[axis] as number;
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const [outer, count, inner] = [sizeOf(before), sizeOf(indices.shape), sizeOf(after)];
  const out = plan.room([...before, ...indices.shape, ...after], x.type);
  const from = plan.at(x);
  const indicesAt = plan.at(indices);
  const place = (index: number) => {
    const at = index < 0 ? index + size : index;
    if (!(at >= 0 && at < size)) throw refused('index-out-of-range', `${index} of ${size}`);
    return at;
  };
  if (indices.data && count <= mostCopies) {
    for (const [i, index] of indices.data.entries()) {
      const source = { at: from + place(index) * inner, strides: [size * inner, 1] };
      const target = { at: out.at + i * inner, strides: [count * inner, 1] };
      addElementwise(plan, binaryOperation.copy, [outer, inner], source, source, target);
    }
    return out;
  }
  plan.add(outer * count * (inner + 16), () => {
    const memory = plan.kernel.memory(0);
    for (let i = 0, to = out.at; i < outer; i++) {
      for (let j = 0; j < count; j++, to += inner) {
        const start = from + (i * size + place(memory[indicesAt + j] as number)) * inner;
        memory.copyWithin(to, start, start + inner);
      }
    }
  });
  return out;
};

/** Between constants. */
export const clip: PlanNode = (plan, node) => {
  let out = input(plan, node, 0);
  for (const [i, operation] of [binaryOperation.max, binaryOperation.min].entries()) {
    const bound = known(plan, node, i + 1, 'float');
    if (!bound) continue;
    if (bound.length !== 1) throw badShape(node);
    const { shape } = out;
    const scalar = { at: plan.filled(bound[0] as number, 1), strides: shape.map(() => 0) };
    out = mapped(plan, operation, shape, { at: plan.at(out), strides: stridesOf(shape) }, scalar);
  }
  return out;
};
