import { binaryOperation } from '../../kernel/rank.ts';
import type { Value } from '../plan.ts';
import { elementwise } from './elementwise.ts';
import { any, axisOf, badShape, integer, known, type OperatorTable, type PlanNode, view } from './operator.ts';
import { gemm } from './product.ts';
import { addElementwise, stridesOf } from './strided.ts';

const squeeze: PlanNode = (plan, node) => {
  const x = any(plan, node);
  const { shape } = x;
  const axes = known(plan, node, 1)?.map((axis) => axisOf(node, axis, shape.length));
  if (axes?.some((axis) => shape[axis] !== 1)) throw badShape(node);
  return view(
    plan,
    x,
    shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)),
  );
};

const concat: PlanNode = (plan, node) => {
  const parts = node.inputs.map((name) => plan.get(name));
  const { shape, type } = parts[0] as Value;
  const axis = axisOf(node, integer(node, 'axis', 0), shape.length);
  const total = shape.with(
    axis,
    parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0),
  );
  const out = plan.room(total, type);
  const strides = stridesOf(total);
  let { at } = out;
  for (const part of parts) {
    const own = part.shape.with(axis, 0);
    if (part.type !== type || own.length !== shape.length || own.some((size, i) => i !== axis && size !== shape[i]))
      throw badShape(node);
    const from = { at: plan.at(part), strides: stridesOf(part.shape) };
    addElementwise(plan, binaryOperation.copy, part.shape, from, from, { at, strides });
    at += (part.shape[axis] as number) * (strides[axis] as number);
  }
  return out;
};

/** Dense layers, and what puts their inputs together. */
export const layerOperators: OperatorTable = {
  ...elementwise,
  Gemm: [2, 3, gemm, 'alpha beta transA transB'],
  Concat: [1, 512, concat, 'axis'],
  Squeeze: [1, 2, squeeze],
  Identity: [1, 1, (plan, node) => view(plan, any(plan, node), any(plan, node).shape)],
  // Taken in by the reader.
  Constant: [0, 0, any, 'value'],
};
