import type { RankKernel } from '../kernel/rank.ts';
import { decodeModel } from './decode.ts';
import type { Graph } from './graph.ts';
import { sizeOf } from './graph.ts';
import { elementwise } from './operator/elementwise.ts';
import { layout } from './operator/layout.ts';
import { multiply } from './operator/multiply.ts';
import type { Operator } from './operator/operand.ts';
import { reduceOperators } from './operator/reduce.ts';
import { tree } from './operator/tree.ts';
import { createImage, type Image, Plan } from './plan.ts';
import { ModelRefused } from './refused.ts';

/** Runs one ranker. */
export interface Engine {
  readonly name: 'kernel' | 'onnx';
  /** F: features per row. */
  readonly columns: number;
  /** Float32 [rows] of features float32 [rows x F], row-major, NaN = missing. @throws RangeError when the length is not rows * F. */
  run(features: Float32Array, rows: number): Float32Array;
}

const operators: Readonly<Record<string, Operator>> = { ...multiply, ...elementwise, ...reduceOperators, ...layout, ...tree };

interface Program {
  readonly rows: number;
  readonly steps: readonly (() => void)[];
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

/** Columns of the one input [N, F]; N is free. */
function columnsOf({ inputs, outputs }: Graph): number {
  const [input] = inputs;
  const columns = input?.shape[1];
  const isRows = typeof input?.shape[0] === 'string' && input.shape.length === 2 && input.type === 'float';
  if (!isRows || inputs.length !== 1 || outputs.length !== 1 || typeof columns !== 'number' || !(columns > 0)) {
    throw new ModelRefused('bad-signature', 'a ranker has one float input [N, F] and one output');
  }
  return columns;
}

function programOf(graph: Graph, kernel: RankKernel, image: Image, rows: number): Program {
  const plan = new Plan(kernel, image, graph);
  const [input, output] = [graph.inputs[0]?.name as string, graph.outputs[0]?.name as string];
  const features = plan.room([rows, columnsOf(graph)]);
  plan.set(input, features);
  for (const node of graph.nodes) {
    if (plan.isFused(node)) continue;
    const result = (operators[node.op] as Operator)(plan, node);
    if ('output' in result) plan.set(result.output, result.value);
    else plan.set(node.output, result);
  }
  const scores = plan.get(output);
  if (scores.type !== 'float' || scores.shape[0] !== rows || sizeOf(scores.shape) !== rows) {
    throw new ModelRefused('bad-signature', `output ${scores.type} [${scores.shape}] for ${rows} rows`);
  }
  return { rows, steps: plan.steps, from: features.at, to: plan.at(scores), end: plan.end };
}

/**
 * The engine of kernels: plans memory and steps once per number of rows, so that a run with as many rows as the one before allocates
 * nothing but its result.
 * @throws ModelRefused here for a model that it cannot run, and in `run` where rows make it too large or an index leaves its table.
 */
export function kernelEngine(model: Uint8Array, kernel: RankKernel): Engine {
  const graph = decodeModel(model);
  const columns = columnsOf(graph);
  const image = createImage();
  let laidOut = -1;

  /** Constants come first in memory, and the first plan only finds out which they are. */
  function planFor(rows: number): Program {
    for (;;) {
      const { length } = image;
      const program = programOf(graph, kernel, image, rows);
      if (image.length === length) return program;
    }
  }

  let program = planFor(2);
  return {
    name: 'kernel',
    columns,
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
      return memory.slice(program.to, program.to + rows);
    },
  };
}
