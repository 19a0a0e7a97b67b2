import { limit } from '../contract/limit.ts';
import type { DenseKernel } from '../kernel/rank.ts';
import { type ElementType, type Graph, type Node, sizeOf } from './graph.ts';
import { refused } from './refused.ts';

/**
 * A value of the graph in the kernel's memory: float32, row-major, contiguous, whatever its element type (bool as 0 and 1, int as far as
 * float32 is exact).
 */
export interface Value {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly at: number;
  /** The elements, where they are known before the run. */
  readonly data?: Float32Array | Float64Array;
  /** Names a constant across plans. */
  readonly name?: string;
  /** Whether whoever reads it next is the last, and may write over it. */
  readonly last: boolean;
}

/** Constants of one engine: laid out once, kept across plans, copied into the kernel's memory when someone else was there. */
export interface Image {
  data: Float32Array<ArrayBuffer>;
  length: number;
  readonly places: Map<string, number>;
}

export const createImage = (): Image => ({ data: new Float32Array(1024), length: 0, places: new Map() });

/** Steps of a plan, and calls of kernels in a step; each weighs some ten bytes here. */
const mostCalls = 250_000;
const mostAxes = 8;

/** Whole blocks, and eight spare elements after each value for kernels that read past a row. */
const padded = (length: number) => (length + 8 + 15) & ~15;

function checkMemory(length: number): void {
  if (!(length * 4 <= limit.modelMemoryBytes)) throw refused('too-much-work', 'memory');
}

/** Lays out memory and collects the steps of one run, for a fixed number of rows. */
export interface Plan<Kernel extends DenseKernel = DenseKernel> {
  readonly kernel: Kernel;
  readonly steps: readonly (() => void)[];
  /** First address after everything laid out so far. */
  end(): number;
  /** Room for a value that a step fills. */
  room(shape: readonly number[], type?: ElementType): Value;
  /**
   * Address of a constant of `length` elements, made by `fill` when `name` is new. A name is a prefix without a colon, a colon and a name of
   * the graph.
   */
  constant(name: string, length: number, fill: (data: Float32Array<ArrayBuffer>) => void): number;
  /** Address of a vector of one number, filled at every run: its length may depend on the rows, and constants outlive the plan. */
  filled(value: number, length: number): number;
  /** Where a value lies; a constant is laid out on first use. */
  at(value: Value): number;
  /** Adds a step of about `work` multiply-adds in `calls` calls of kernels. */
  add(work: number, step: () => void, calls?: number): void;
  set(name: string, value: Value): void;
  has(name: string): boolean;
  /** The value of that name. */
  get(name: string): Value;
  /** The node that alone reads this output, if it is one of these operators; then it counts as done. */
  fuse(output: string, accept: (node: Node) => boolean): Node | undefined;
  isFused(node: Node): boolean;
}

export function createPlan<Kernel extends DenseKernel>(kernel: Kernel, image: Image, graph: Graph): Plan<Kernel> {
  const steps: (() => void)[] = [];
  const values = new Map<string, Value>();
  const fused = new Set<Node>();
  /** Who reads a name; the caller of the model counts twice, so that an output is never written over. */
  const readers = new Map<string, (Node | undefined)[]>();
  const read = (name: string, ...by: (Node | undefined)[]) => readers.set(name, [...(readers.get(name) ?? []), ...by]);
  let end = kernel.base + image.length;
  let work = limit.modelOperations;

  const plan: Plan<Kernel> = {
    kernel,
    steps,
    end: () => end,
    room(shape, type = 'float') {
      const size = sizeOf(shape);
      checkMemory(size);
      const value = { type, shape, at: end, last: true };
      end += padded(size);
      checkMemory(end);
      return value;
    },
    constant(name, length, fill) {
      let place = image.places.get(name);
      if (place === undefined) {
        place = image.length;
        checkMemory(place + length);
        image.length += padded(length);
        if (image.length > image.data.length) {
          const grown = new Float32Array(image.length * 2);
          grown.set(image.data);
          image.data = grown;
        }
        fill(image.data.subarray(place, place + length));
        image.places.set(name, place);
      }
      return kernel.base + place;
    },
    filled(value, length) {
      const { at } = plan.room([length]);
      plan.add(length, () => kernel.memory(0).fill(value, at, at + length));
      return at;
    },
    at({ data, name, at }) {
      return data ? plan.constant(`value:${name}`, data.length, (place) => place.set(data)) : at;
    },
    add(more, step, calls = 1) {
      work -= more + 16 * calls;
      if (!(work >= 0 && calls <= mostCalls && steps.length < mostCalls)) throw refused('too-much-work', 'operations');
      steps.push(step);
    },
    set(name, value) {
      if (value.shape.length > mostAxes) throw refused('bad-shape', name);
      values.set(name, value);
    },
    has: (name) => values.has(name),
    get(name) {
      const value = values.get(name);
      if (!value) throw refused('unknown-value', name);
      return { ...value, last: value.last && readers.get(name)?.length === 1 };
    },
    fuse(output, accept) {
      const [next, ...others] = readers.get(output) ?? [];
      if (!next || others.length || !accept(next)) return undefined;
      fused.add(next);
      return next;
    },
    isFused: (node) => fused.has(node),
  };

  for (const { name } of graph.outputs) read(name, undefined, undefined);
  for (const node of graph.nodes) for (const name of new Set(node.inputs)) read(name, node);
  for (const [name, tensor] of graph.constants) plan.set(name, { ...tensor, at: 0, name, last: false });
  return plan;
}
