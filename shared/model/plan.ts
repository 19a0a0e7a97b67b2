import { limit } from '../contract/limit.ts';
import type { RankKernel } from '../kernel/rank.ts';
import { type ElementType, type Graph, type Node, sizeOf } from './graph.ts';
import { ModelRefused } from './refused.ts';

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
  words: Uint32Array;
  length: number;
  readonly places: Map<string, number>;
}

export const createImage = (): Image => {
  const data = new Float32Array(1024);
  return { data, words: new Uint32Array(data.buffer), length: 0, places: new Map() };
};

/** Steps of a plan, and calls of kernels in a step; each weighs some ten bytes here. */
const mostCalls = 250_000;
const mostAxes = 8;

/** Whole blocks, and eight spare elements after each value for kernels that read past a row. */
const padded = (length: number) => (length + 8 + 15) & ~15;

function tooLarge(length: number): void {
  if (!(length * 4 <= limit.modelMemoryBytes))
    throw new ModelRefused('too-much-work', `over ${limit.modelMemoryBytes} bytes of values`);
}

/** Lays out memory and collects the steps of one run, for a fixed number of rows. */
export class Plan {
  readonly kernel: RankKernel;
  readonly steps: (() => void)[] = [];
  /** First address after everything laid out so far. */
  end: number;
  readonly #image: Image;
  #work = limit.modelOperations;
  readonly #values = new Map<string, Value>();
  readonly #readers = new Map<string, Node[]>();
  readonly #outputs: ReadonlySet<string>;
  readonly #fused = new Set<Node>();

  constructor(kernel: RankKernel, image: Image, graph: Graph) {
    this.kernel = kernel;
    this.#image = image;
    this.end = kernel.base + image.length;
    this.#outputs = new Set(graph.outputs.map(({ name }) => name));
    for (const node of graph.nodes) {
      for (const name of new Set(node.inputs)) {
        const readers = this.#readers.get(name);
        if (readers) readers.push(node);
        else this.#readers.set(name, [node]);
      }
    }
    for (const [name, tensor] of graph.constants) this.set(name, { ...tensor, at: 0, name, last: false });
  }

  /** Room for a value that a step fills. */
  room(shape: readonly number[], type: ElementType = 'float'): Value {
    const size = sizeOf(shape);
    tooLarge(size);
    const value = { type, shape, at: this.end, last: true };
    this.end += padded(size);
    tooLarge(this.end);
    return value;
  }

  /** Address of a constant of `length` elements, made by `fill` when `name` is new. A name is a prefix without a colon, a colon and a name of the graph. */
  constant(name: string, length: number, fill: (data: Float32Array, words: Uint32Array) => void): number {
    const image = this.#image;
    const place = image.places.get(name);
    if (place !== undefined) return this.kernel.base + place;
    const at = image.length;
    tooLarge(at + length);
    image.length = at + padded(length);
    if (image.length > image.data.length) {
      const grown = new Float32Array(Math.max(image.length, image.data.length * 2));
      grown.set(image.data);
      image.data = grown;
      image.words = new Uint32Array(grown.buffer);
    }
    fill(image.data.subarray(at, at + length), image.words.subarray(at, at + length));
    image.places.set(name, at);
    return this.kernel.base + at;
  }

  /** Address of a vector of one number, filled at every run: its length may depend on the rows, and constants outlive the plan. */
  filled(value: number, length: number): number {
    const { at } = this.room([length]);
    this.add(length, () => this.kernel.memory(0).fill(value, at, at + length));
    return at;
  }

  /** Where a value lies; a constant is laid out on first use. */
  at(value: Value): number {
    const { data, name } = value;
    return data && name !== undefined ? this.constant(`v:${name}`, data.length, (place) => place.set(data)) : value.at;
  }

  /** Adds a step of about `work` multiply-adds in `calls` calls of kernels. */
  add(work: number, step: () => void, calls = 1): void {
    this.#work -= work + 16 * calls;
    if (!(this.#work >= 0 && calls <= mostCalls && this.steps.length < mostCalls)) {
      throw new ModelRefused('too-much-work', `over ${limit.modelOperations} operations`);
    }
    this.steps.push(step);
  }

  set(name: string, value: Value): void {
    if (value.shape.length > mostAxes) throw new ModelRefused('bad-shape', `${name} has ${value.shape.length} axes`);
    this.#values.set(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value of that name; every name was checked when the graph was decoded. */
  get(name: string): Value {
    const value = this.#values.get(name);
    if (!value) throw new ModelRefused('unknown-value', name);
    return value.last && (this.#outputs.has(name) || this.#readers.get(name)?.length !== 1) ? { ...value, last: false } : value;
  }

  /** The node that alone reads this output, if it is one of these operators; then it counts as done. */
  fuse(output: string, accept: (node: Node) => boolean): Node | undefined {
    const readers = this.#readers.get(output);
    const next = readers?.length === 1 && !this.#outputs.has(output) ? readers[0] : undefined;
    if (!next || !accept(next)) return undefined;
    this.#fused.add(next);
    return next;
  }

  isFused(node: Node): boolean {
    return this.#fused.has(node);
  }
}
