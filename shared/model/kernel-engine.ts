import type { DenseKernel } from '../kernel/rank.ts';
import { decodeGraph } from './decode-graph.ts';
import type { Engine } from './engine.ts';
import { type Graph, sizeOf } from './graph.ts';
import { type HistoryInput, type HistoryShape, historyInputs, historySizes } from './history.ts';
import { type Signature, signatureOf } from './history-signature.ts';
import type { Operator, OperatorTable } from './operator/operator.ts';
import { createImage, createPlan, type Image } from './plan.ts';
import { refused } from './refused.ts';

/** An engine over kernels, and what its model says of itself. */
export interface KernelEngine extends Engine {
  readonly name: 'kernel';
  readonly metadata: Readonly<Record<string, string>>;
  /** Of a model that reads a history. */
  readonly history?: HistoryShape;
}

interface Program {
  readonly rows: number;
  readonly events: number;
  readonly steps: readonly (() => void)[];
  /** Where inputs go, by name. */
  readonly from: ReadonlyMap<string, number>;
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
  { output, columns, history }: Signature & { readonly output: Output },
  { rows, events }: { readonly rows: number; readonly events: number },
): Program {
  const plan = createPlan(kernel, image, graph);
  const result = graph.outputs[0]?.name ?? '';
  const from = new Map<string, number>();
  const sizes: Readonly<Record<string, readonly number[]>> = history ? historySizes(history, rows, events) : {};
  for (const { name } of graph.inputs) {
    const value = plan.room(sizes[name] ?? [rows, columns]);
    plan.set(name, value);
    from.set(sizes[name] ? name : featuresInput, value.at);
  }
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
  return { rows, events, steps: plan.steps, from, to: plan.at(value), length, end: plan.end() };
}

const featuresInput = 'features';

/** What goes where. @throws RangeError when a history is missing or of another size */
function inputsFor(history: HistoryShape | undefined, rows: number, given: HistoryInput | undefined) {
  if (!history) return [];
  if (!given) throw new RangeError('the model reads a history');
  const sizes = historySizes(history, rows, given.events);
  return historyInputs.map((name) => {
    const [height, width] = sizes[name];
    if (given[name].length !== height * width)
      throw new RangeError(`${given[name].length} numbers of ${name} for ${height} x ${width}`);
    return [name, given[name]] as const;
  });
}

/** What a model makes of a row: a score, or a vector. */
export type Output = 'score' | 'vector';

/**
 * The engine of kernels with these operators: plans memory and steps once per number of rows, so that a run with as many rows (and events) as the one
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
  const { columns, history } = signatureOf(graph);
  const image = createImage();
  let laidOut = -1;

  /** Constants come first in memory, and the first plan only finds out which they are. */
  function planFor(rows: number, events: number): Program {
    for (;;) {
      const { length } = image;
      const reads = { output, columns, ...(history && { history }) };
      const program = programOf(graph, kernel, operators, image, reads, { rows, events });
      if (image.length === length) return program;
    }
  }

  let program = planFor(2, 2);
  return {
    name: 'kernel',
    columns,
    metadata: graph.metadata,
    ...(history && { history }),
    run(features, rows, given) {
      if (!(rows >= 0) || features.length !== rows * columns)
        throw new RangeError(`${features.length} features for ${rows} rows of ${columns}`);
      const inputs = inputsFor(history, rows, given);
      if (rows === 0) return new Float32Array(0);
      const events = given && history ? given.events : program.events;
      if (program.rows !== rows || program.events !== events) program = planFor(rows, events);
      const memory = kernel.memory(program.end + 16);
      if (kernel.owner !== image || laidOut !== image.length) {
        memory.set(image.data.subarray(0, image.length), kernel.base);
        kernel.owner = image;
        laidOut = image.length;
      }
      memory.set(features, program.from.get(featuresInput));
      for (const [name, values] of inputs) memory.set(values, program.from.get(name));
      for (const step of program.steps) step();
      return memory.slice(program.to, program.to + program.length);
    },
  };
}
