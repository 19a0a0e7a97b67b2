import { limit } from '../../contract/limit.ts';
import type { DenseKernel } from '../../kernel/rank.ts';
import type { Graph, Node } from '../graph.ts';
import { refused } from '../refused.ts';

/** A matrix of all rows, or a constant that is the same for each of them, in the kernel's memory as float32 (bool as 0 and 1). */
export interface Matrix {
  readonly at: number;
  readonly columns: number;
  /** From one row to the next; 0: a constant. */
  readonly step: number;
  readonly type: 'float' | 'bool';
  /** Without its axis of columns: [N], not [N, 1]. What follows would align another way, so nothing may. */
  readonly isFlat?: boolean;
}

/** One run for a fixed number of rows. */
export interface Program {
  readonly steps: readonly (() => void)[];
  readonly constants: readonly (readonly [at: number, data: ArrayLike<number>])[];
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

export interface DensePlan {
  readonly kernel: DenseKernel;
  readonly rows: number;
  readonly graph: Graph;
  /** Input i of a node. @throws ModelRefused for another type, or a value that is not rows of columns */
  input(node: Node, i: number, type?: Matrix['type']): Matrix;
  /** Room for a matrix that steps fill. */
  room(columns: number, type?: Matrix['type']): Matrix;
  /** Lays out a constant and gives its address. */
  constant(data: ArrayLike<number>): number;
  /** Adds a step of about `work` multiply-adds. */
  add(work: number, step: () => void): void;
}

export type PlanDense = (plan: DensePlan, node: Node) => Matrix;

export const outside = ({ op }: Node) => refused('unsupported-operator', op);

/** Whole vectors, and eight spare elements after each value for kernels that read past a row. */
const padded = (length: number) => (length + 8 + 15) & ~15;

/** Lays out a graph's values for so many rows, in order, constants where they are first used. @throws ModelRefused */
export function planDense(
  graph: Graph,
  kernel: DenseKernel,
  columns: number,
  rows: number,
  operators: Readonly<Record<string, readonly [least: number, most: number, plan: PlanDense, ...unknown[]]>>,
): Program {
  const steps: (() => void)[] = [];
  const constants: [number, ArrayLike<number>][] = [];
  const values = new Map<string, Matrix>();
  let end = kernel.base;
  let work = limit.modelOperations;
  const place = (length: number) => {
    const at = end;
    end += padded(length);
    if (!(end * 4 <= limit.modelMemoryBytes)) throw refused('too-much-work', 'memory');
    return at;
  };
  const plan: DensePlan = {
    kernel,
    rows,
    graph,
    input(node, i, wanted = 'float') {
      const name = node.inputs[i] as string;
      const { type, shape, data } = graph.constants.get(name) ?? {};
      const columns = shape?.at(-1) ?? 1;
      const isRow = data && data.length === columns && shape && shape.length < 3;
      const value = values.get(name) ?? (isRow && { at: plan.constant(data), columns, step: 0, type });
      if (!value || value.type !== wanted || ('isFlat' in value && value.isFlat)) throw outside(node);
      return value as Matrix;
    },
    room: (columns, type = 'float') => ({ at: place(rows * columns), columns, step: columns, type }),
    constant(data) {
      const at = place(data.length);
      constants.push([at, data]);
      return at;
    },
    add(more, step) {
      work -= more;
      if (!(work >= 0)) throw refused('too-much-work', 'operations');
      steps.push(step);
    },
  };
  const features = plan.room(columns);
  values.set(graph.inputs[0]?.name ?? '', features);
  for (const node of graph.nodes) {
    const planNode = operators[node.op]?.[2] as PlanDense;
    values.set(node.output, planNode(plan, node));
  }
  const scores = values.get(graph.outputs[0]?.name ?? '');
  if (scores?.columns !== 1 || !scores.step || scores.type !== 'float') throw refused('bad-signature', 'output');
  return { steps, constants, from: features.at, to: scores.at, end };
}
