import { binaryOperation } from '../../kernel/rank.ts';
import { type ElementType, type Node, sizeOf } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { badShape } from './operator.ts';

/** A place in memory and how far each axis steps; 0 repeats. */
export interface Strided {
  readonly at: number;
  readonly strides: readonly number[];
}

/** Steps of a contiguous row-major value. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = new Array(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  return strides;
}

/** Shape of two operands together, by numpy's rule. */
export function broadcast(node: Node, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) throw badShape(node);
    return sizeA === 1 ? sizeB : sizeA;
  });
}

/** A value of `shape` as an operand of the wider shape `to`: axes that it lacks or that have size 1 do not step. */
export function spread(at: number, shape: readonly number[], to: readonly number[]): Strided {
  const own = stridesOf(shape);
  const lead = to.length - shape.length;
  return { at, strides: to.map((_, axis) => ((shape[axis - lead] ?? 1) === 1 ? 0 : (own[axis - lead] as number))) };
}

/** How far element i of a row-major `shape` lies from the first, with these steps. */
export function offsetOf(i: number, shape: readonly number[], strides: readonly number[]): number {
  let offset = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] as number;
    offset += (i % length) * (strides[axis] as number);
    i = Math.floor(i / length);
  }
  return offset;
}

/**
 * Adds out = operation(a, b) over `shape`. Neighbouring axes that step as one are merged; the last two that remain are the kernel's rows and
 * columns, and the rest is a list of offsets, made here.
 */
export function addElementwise(
  plan: Plan,
  operation: number,
  shape: readonly number[],
  a: Strided,
  b: Strided,
  out: Strided,
): void {
  const size = sizeOf(shape);
  if (size === 0) return;
  const operands = [a, b, out] as const;
  const sizes: number[] = [];
  const steps: number[][] = [];
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const own = operands.map(({ strides }) => strides[axis] as number);
    const outer = steps.at(-1);
    if (outer?.every((step, i) => step === (own[i] as number) * length)) {
      sizes.push((sizes.pop() as number) * length);
      steps[steps.length - 1] = own;
    } else {
      sizes.push(length);
      steps.push(own);
    }
  }
  // The kernel writes neighbouring elements of a row.
  if (steps.at(-1)?.[2] !== 1) {
    sizes.push(1);
    steps.push([0, 0, 1]);
  }
  const columns = sizes.pop() as number;
  const [aColumn = 0, bColumn = 0] = steps.pop() as number[];
  const rows = sizes.pop() ?? 1;
  const [aRow = 0, bRow = 0, outRow = 0] = steps.pop() ?? [];
  const { kernel } = plan;
  const blocks = sizeOf(sizes);
  if (blocks === 1) {
    plan.add(size, () => kernel.binary(operation, a.at, b.at, out.at, rows, columns, aRow, aColumn, bRow, bColumn, outRow));
    return;
  }
  const step = () => {
    for (let at = 0; at < offsets.length; at += 3) {
      const [fromA, fromB, to] = [offsets[at] as number, offsets[at + 1] as number, offsets[at + 2] as number];
      kernel.binary(operation, fromA, fromB, to, rows, columns, aRow, aColumn, bRow, bColumn, outRow);
    }
  };
  plan.add(size, step, blocks);
  // Made only now that their number is known to be within limits.
  const offsets = new Uint32Array(blocks * 3);
  for (const [i, { at }] of operands.entries()) {
    const strides = steps.map((own) => own[i] as number);
    for (let block = 0; block < blocks; block++) offsets[block * 3 + i] = at + offsetOf(block, sizes, strides);
  }
}

/** operation(a, b) over `shape` as a new value. */
export function mapped(
  plan: Plan,
  operation: number,
  shape: readonly number[],
  a: Strided,
  b: Strided,
  type?: ElementType,
): Value {
  const out = plan.room(shape, type);
  addElementwise(plan, operation, shape, a, b, { at: out.at, strides: stridesOf(shape) });
  return out;
}

/** A contiguous copy of `shape` elements that lie with other steps. */
export const copied = (plan: Plan, shape: readonly number[], from: Strided, type?: ElementType): Value =>
  mapped(plan, binaryOperation.copy, shape, from, from, type);

/** A copy with its axes in another order. */
export function permuted(plan: Plan, x: Value, order: readonly number[]): Value {
  const pick = (list: readonly number[]) => order.map((axis) => list[axis] as number);
  return copied(plan, pick(x.shape), { at: plan.at(x), strides: pick(stridesOf(x.shape)) }, x.type);
}
