import { activation } from '../../kernel/rank.ts';
import { type Node, sizeOf } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { badShape, input, type PlanNode } from './operator.ts';
import { isBias, packed, product, rowMajor } from './product.ts';
import { broadcast, offsetOf, type Strided, spread } from './strided.ts';

/** A [... x M x K] times B [K x N]: one product, with an Add of a constant vector after it, where it follows. */
function flat(plan: Plan, node: Node, a: Value, b: Value): ReturnType<PlanNode> {
  const columns = b.shape[1] as number;
  const weights = b.data ? packed(plan, b) : rowMajor(plan.at(b), columns);
  // A bias of more axes than the product would widen it.
  const fits = (name: string) =>
    plan.has(name) && isBias(plan.get(name), columns) && plan.get(name).shape.length <= a.shape.length;
  const add = plan.fuse(node.output, ({ op, inputs }) => op === 'Add' && inputs.some(fits));
  const bias = add ? plan.at(plan.get(add.inputs.find(fits) as string)) : 0;
  return product(plan, add?.output ?? node.output, a, weights, columns, bias);
}

/** First address of each matrix of a batch. */
const starts = (batch: readonly number[], { at, strides }: Strided, matrix: number) =>
  Uint32Array.from({ length: sizeOf(batch) }, (_, i) => at + offsetOf(i, batch, strides) * matrix);

/** numpy.matmul: batches of matrices, broadcast; vectors count as a row on the left and a column on the right. */
export const matmul: PlanNode = (plan, node) => {
  const [givenA, givenB] = [input(plan, node, 0), input(plan, node, 1)];
  const isRow = givenA.shape.length === 1;
  const isColumn = givenB.shape.length === 1;
  const shapeA = isRow ? [1, ...givenA.shape] : givenA.shape;
  const shapeB = isColumn ? [...givenB.shape, 1] : givenB.shape;
  const [rows, inner] = shapeA.slice(-2) as [number, number];
  const [innerB, columns] = shapeB.slice(-2) as [number, number];
  if (shapeA.length < 2 || shapeB.length < 2 || inner !== innerB) throw badShape(node);
  if (!isRow && givenB.shape.length === 2) return flat(plan, node, givenA, givenB);
  const batch = broadcast(node, shapeA.slice(0, -2), shapeB.slice(0, -2));
  const count = sizeOf(batch);
  const a = spread(plan.at(givenA), shapeA.slice(0, -2), batch);
  const b = spread(plan.at(givenB), shapeB.slice(0, -2), batch);
  const out = plan.room([...batch, rows, columns]);
  const { row, panel } = rowMajor(0, columns);
  const step = () => {
    for (let i = 0, to = out.at; i < count; i++, to += rows * columns) {
      plan.kernel.dense(startsA[i] as number, startsB[i] as number, 0, to, rows, inner, columns, row, panel, activation.none, 0);
    }
  };
  plan.add(count * rows * (columns + panel) * inner, step, count);
  // Made only now that their number is known to be within limits.
  const startsA = starts(batch, a, rows * inner);
  const startsB = starts(batch, b, inner * columns);
  return { ...out, shape: [...batch, ...(isRow ? [] : [rows]), ...(isColumn ? [] : [columns])] };
};
