import type { DenseKernel } from '../kernel/rank.ts';
import { decodeGraph } from './decode-graph.ts';
import type { Engine } from './engine.ts';
import { type Graph, sizeOf } from './graph.ts';
import type { Operator, OperatorTable } from './operator/operator.ts';
import { createImage, createPlan, type Image } from './plan.ts';
import { refused } from './refused.ts';
import { columnsOf } from './signature.ts';

/** An engine over kernels, and what its model says of itself. */
export interface KernelEngine extends Engine {
  readonly name: 'kernel';
  readonly metadata: Readonly<Record<string, string>>;
}

interface Program {
  readonly rows: number;
  readonly steps: readonly (() => void)[];
  readonly from: number;
  readonly to: number;
  /** Of the result. */
  readonly length: number;
  readonly end: number;
}

function programOf<Kernel extends DenseKernel>(
  graph: Graph,
  kernel: Kernel,
  operators: OperatorTable<Kernel>,
  image: Image,
  output: Output,
  rows: number,
): Program {
  const plan = createPlan(kernel, image, graph);
  const [input, result] = [graph.inputs[0]?.name ?? '', graph.outputs[0]?.name ?? ''];
  const features = plan.room([rows, columnsOf(graph)]);
  plan.set(input, features);
  for (const node of graph.nodes) {
    if (plan.isFused(node)) continue;
    const [, , planNode] = operators[node.op] as Operator<Kernel>;
    const made = planNode(plan, node);
    if ('output' in made) plan.set(made.output, made.value);
    else plan.set(node.output, made);
  }
  const value = plan.get(result);
  const { type, shape } = value;
  const length = sizeOf(shape);
  const isExpected = output === 'vector' ? shape.length === 2 : length === rows;
  if (type !== 'float' || shape[0] !== rows || !isExpected) throw refused('bad-signature', 'output');
  return { rows, steps: plan.steps, from: features.at, to: plan.at(value), length, end: plan.end() };
}

/** What a model makes of a row: a score, or a vector. */
export type Output = 'score' | 'vector';

/**
 * The engine of kernels with these operators: plans memory and steps once per number of rows, so that a run with as many rows as the one
 * before allocates nothing but its result.
 * @throws ModelRefused here for a model that it cannot run, and in `run` where rows make it too large or an index leaves its table.
 */
export function openKernelEngine<Kernel extends DenseKernel>(
  model: Uint8Array,
  kernel: Kernel,
  operators: OperatorTable<Kernel>,
  output: Output = 'score',
): KernelEngine {
  const graph = decodeGraph(model, operators);
  const columns = columnsOf(graph);
  const image = createImage();
  let laidOut = -1;

  /** Constants come first in memory, and the first plan only finds out which they are. */
  function planFor(rows: number): Program {
    for (;;) {
      const { length } = image;
      const program = programOf(graph, kernel, operators, image, output, rows);
      if (image.length === length) return program;
    }
  }

  let program = planFor(2);
  return {
    name: 'kernel',
    columns,
    metadata: graph.metadata,
    run(features, rows) {
      if (!(rows >= 0) || features.length !== rows * columns)
        throw new RangeError(`${features.length} features for ${rows} rows of ${columns}`);
      if (rows === 0) return new Float32Array(0);
      if (program.rows !== rows) program = planFor(rows);
      const memory = kernel.memory(program.end + 16);
      if (kernel.owner !== image || laidOut !== image.length) {
        memory.set(image.data.subarray(0, image.length), kernel.base);
        kernel.owner = image;
        laidOut = image.length;
      }
      memory.set(features, program.from);
      for (const step of program.steps) step();
      return memory.slice(program.to, program.to + program.length);
    },
  };
}
