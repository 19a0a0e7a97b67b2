import { binaryOperation } from '../../kernel/rank.ts';
import { type Node, sizeOf } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { ModelRefused } from '../refused.ts';
import { axisOf, input, integer, integers, known, type Operator, refuseShape } from './operand.ts';
import { addElementwise, type Strided, stridesOf } from './strided.ts';

/** The same elements in another shape. */
const view = (plan: Plan, x: Value, shape: readonly number[]): Value => ({ ...x, at: plan.at(x), shape });

function addCopy(plan: Plan, shape: readonly number[], from: Strided, to: Strided): void {
  addElementwise(plan, binaryOperation.copy, shape, from, from, to);
}

/** A contiguous copy of `shape` elements that lie with other steps. */
function gathered(plan: Plan, x: Value, shape: readonly number[], from: Strided): Value {
  const out = plan.room(shape, x.type);
  addCopy(plan, shape, from, { at: out.at, strides: stridesOf(shape) });
  return out;
}

const any = (plan: Plan, node: Node, i = 0): Value => plan.get(node.inputs[i] as string);

const reshape: Operator = (plan, node) => {
  const x = any(plan, node);
  const wanted = known(plan, node, 1) ?? [];
  const keepsZero = integer(node, 'allowzero', 0) !== 0;
  const shape = wanted.map((size, axis) => (size === 0 && !keepsZero ? (x.shape[axis] ?? -2) : size));
  const free = shape.indexOf(-1);
  if (free >= 0) shape[free] = sizeOf(x.shape) / sizeOf(shape.toSpliced(free, 1));
  if (shape.some((size) => !(size >= 0 && Number.isInteger(size))) || sizeOf(shape) !== sizeOf(x.shape)) {
    throw refuseShape(node, x.shape, wanted);
  }
  return view(plan, x, shape);
};

const squeeze: Operator = (plan, node) => {
  const x = any(plan, node);
  const axes = known(plan, node, 1)?.map((axis) => axisOf(node, axis, x.shape.length));
  if (axes?.some((axis) => x.shape[axis] !== 1)) throw refuseShape(node, x.shape, axes);
  return view(
    plan,
    x,
    x.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)),
  );
};

const unsqueeze: Operator = (plan, node) => {
  const x = any(plan, node);
  const given = known(plan, node, 1) ?? [];
  const rank = x.shape.length + given.length;
  const axes = new Set(given.map((axis) => axisOf(node, axis, rank)));
  if (axes.size !== given.length) throw refuseShape(node, x.shape, given);
  const sizes = x.shape.values();
  return view(
    plan,
    x,
    Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (sizes.next().value as number))),
  );
};

const transpose: Operator = (plan, node) => {
  const x = any(plan, node);
  const rank = x.shape.length;
  const order = integers(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const sorted = order.toSorted((a, b) => a - b);
  if (order.length !== rank || sorted.some((axis, i) => axis !== i)) throw refuseShape(node, x.shape, order);
  const strides = stridesOf(x.shape);
  const pick = (list: readonly number[]) => order.map((axis) => list[axis] as number);
  return gathered(plan, x, pick(x.shape), { at: plan.at(x), strides: pick(strides) });
};

const concat: Operator = (plan, node) => {
  const parts = node.inputs.map((_, i) => any(plan, node, i));
  const [first] = parts as [Value];
  const axis = axisOf(node, integer(node, 'axis', 0), first.shape.length);
  const fits = ({ shape, type }: Value) =>
    type === first.type && shape.length === first.shape.length && shape.every((size, i) => i === axis || size === first.shape[i]);
  if (!parts.every(fits)) throw refuseShape(node, ...parts.map(({ shape }) => shape));
  const length = parts.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
  const out = plan.room(first.shape.with(axis, length), first.type);
  const strides = stridesOf(out.shape);
  let to = out.at;
  for (const part of parts) {
    addCopy(plan, part.shape, { at: plan.at(part), strides: stridesOf(part.shape) }, { at: to, strides });
    to += (part.shape[axis] as number) * (strides[axis] as number);
  }
  return out;
};

/** starts, ends, axes and steps are constants; out-of-range bounds are clamped, as the specification says. */
const slice: Operator = (plan, node) => {
  const x = any(plan, node);
  const rank = x.shape.length;
  const starts = known(plan, node, 1) ?? [];
  const ends = known(plan, node, 2) ?? [];
  const axes = known(plan, node, 3) ?? starts.map((_, i) => i);
  const steps = known(plan, node, 4) ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length) {
    throw refuseShape(node, x.shape, starts, ends);
  }
  const shape = [...x.shape];
  const strides = stridesOf(x.shape);
  let at = plan.at(x);
  for (const [i, given] of axes.entries()) {
    const axis = axisOf(node, given, rank);
    const size = x.shape[axis] as number;
    const step = steps[i] as number;
    if (step === 0 || shape[axis] !== size) throw refuseShape(node, x.shape, steps);
    const bound = (value: number) =>
      Math.min(Math.max(value < 0 ? value + size : value, step < 0 ? -1 : 0), step < 0 ? size - 1 : size);
    const start = bound(starts[i] as number);
    const count = Math.max(0, Math.ceil((bound(ends[i] as number) - start) / step));
    shape[axis] = count;
    if (count) at += start * (strides[axis] as number);
    strides[axis] = (strides[axis] as number) * step;
  }
  return gathered(plan, x, shape, { at, strides });
};

/** Constant indices up to this many are a step each. */
const mostCopies = 64;

/** Rows (or other slices) of a table: copied by plan where the indices are constants, looked up at every run where they are computed. */
const gather: Operator = (plan, node) => {
  const x = any(plan, node);
  const indices = input(plan, node, 1, 'int');
  const axis = axisOf(node, integer(node, 'axis', 0), x.shape.length);
  const size = x.shape[axis] as number;
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const count = sizeOf(indices.shape);
  const out = plan.room([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], x.type);
  const from = plan.at(x);
  const indicesAt = plan.at(indices);
  const place = (index: number) => {
    const at = index < 0 ? index + size : index;
    if (!(at >= 0 && at < size)) throw new ModelRefused('index-out-of-range', `${index} of ${size} in ${node.op} ${node.output}`);
    return at;
  };
  if (indices.data && count <= mostCopies) {
    for (const [i, index] of indices.data.entries()) {
      addCopy(
        plan,
        [outer, inner],
        { at: from + place(index) * inner, strides: [size * inner, 1] },
        { at: out.at + i * inner, strides: [count * inner, 1] },
      );
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

export const layout: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Identity: (plan, node) => view(plan, any(plan, node), any(plan, node).shape),
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Gather: gather,
};
