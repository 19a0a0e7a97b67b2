import type { Attribute, Graph, Node, Tensor } from '../../shared/model/graph.ts';
import { treeOperator } from '../../shared/model/graph.ts';
import { dataType } from '../../shared/model/proto.ts';
import type { Random } from '../random.ts';
import { node, rankerGraph, whole } from './graph.ts';

/** A random ranker under construction: constants get names by themselves, nodes their outputs. */
class Draft {
  readonly random: Random;
  readonly columns: number;
  readonly constants = new Map<string, Tensor>();
  readonly nodes: Node[] = [];

  constructor(random: Random) {
    this.random = random;
    this.columns = 1 + random.below(12);
  }

  pick<T>(...options: readonly T[]): T {
    return options[this.random.below(options.length)] as T;
  }

  tensor(shape: readonly number[], spread = 1, data = (): number => this.random.normal() * spread): string {
    const length = shape.reduce((product, size) => product * size, 1);
    return this.constant({ type: 'float', shape, data: Float32Array.from({ length }, data) });
  }

  constant(tensor: Tensor): string {
    const name = `c${this.constants.size}`;
    this.constants.set(name, tensor);
    return name;
  }

  whole(...values: number[]): string {
    return this.constant(whole(...values));
  }

  add(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const output = `v${this.nodes.length}`;
    this.nodes.push(node(op, inputs, output, attributes));
    return output;
  }

  /** Features with missing values replaced, as float [N, columns]. */
  present(): string {
    const missing = this.add('IsNaN', ['features']);
    return this.add('Where', [missing, this.tensor(this.pick([], [1], [this.columns])), 'features']);
  }

  activation(x: string): string {
    const op = this.pick('Relu', 'LeakyRelu', 'Sigmoid', 'Tanh', 'Identity');
    return this.add(op, [x], op === 'LeakyRelu' ? { alpha: f(this.pick(0.01, 0.3, 1.5)) } : {});
  }

  /** A dense layer in one of the ways in which exporters write it. */
  layer(x: string, inputs: number, outputs: number): string {
    const spread = 1 / Math.sqrt(inputs);
    if (this.random.below(2)) {
      const transB = this.random.below(2);
      const weights = this.tensor(transB ? [outputs, inputs] : [inputs, outputs], spread);
      const bias = this.pick<readonly number[] | undefined>(undefined, [outputs], [1, outputs], [1], []);
      const attributes = { transB: i(transB), alpha: f(this.pick(1, 1, 0.5)), beta: f(this.pick(1, 1, -2)) };
      return this.add('Gemm', bias ? [x, weights, this.tensor(bias)] : [x, weights], attributes);
    }
    const product = this.add('MatMul', [x, this.tensor([inputs, outputs], spread)]);
    const bias = this.tensor(this.pick([outputs], [1, outputs], [1]));
    return this.add('Add', this.random.below(2) ? [product, bias] : [bias, product]);
  }

  /** Ends the graph with [N] of a value [N, width]. */
  finish(x: string, width: number): Graph {
    const raw = width === 1 ? x : this.add('ReduceSum', [x, this.whole(1)], { keepdims: i(1) });
    const score = this.pick(
      () => this.add('Squeeze', [raw, this.whole(1)]),
      () => this.add('Reshape', [raw, this.whole(-1)]),
      () => raw,
    )();
    const names = Array.from({ length: this.columns }, (_, c) => `f${c}`);
    const graph = rankerGraph({ columns: names, featureHash: 'test' }, this.nodes, this.constants);
    return { ...graph, outputs: [{ name: score, type: 'float', shape: score === raw ? ['N', 1] : ['N'] }] };
  }
}

const i = (value: number): Attribute => ({ kind: 'i', value });
const f = (value: number): Attribute => ({ kind: 'f', value: Math.fround(value) });
const ints = (value: number[]): Attribute => ({ kind: 'ints', value });

function dense(draft: Draft): Graph {
  let width = draft.columns;
  let x = draft.present();
  if (draft.random.below(2)) {
    const indicator = draft.add('Cast', [draft.add('IsNaN', ['features'])], { to: i(dataType.float) });
    x = draft.add('Concat', [x, indicator], { axis: i(draft.pick(1, -1)) });
    width *= 2;
  }
  for (let depth = draft.random.below(3); depth >= 0; depth--) {
    const outputs = 1 + draft.random.below(20);
    x = draft.activation(draft.layer(x, width, outputs));
    width = outputs;
  }
  return draft.finish(draft.layer(x, width, 1), 1);
}

/** Elementwise chains over [N, F] with everything broadcast in every way. */
function elementwise(draft: Draft): Graph {
  const width = draft.columns;
  let x = draft.present();
  for (let steps = 2 + draft.random.below(6); steps > 0; steps--) {
    const other = draft.pick(
      () => x,
      () => draft.tensor(draft.pick([], [1], [width], [1, width], [1, 1])),
      () => draft.add('ReduceMean', [x], { axes: ints([1]) }),
      () => draft.add('Sigmoid', [x]),
    )();
    const positive = () => draft.add('Add', [draft.add('Abs', [other]), draft.tensor([], 1, () => 0.5)]);
    x = draft.pick(
      () => draft.add(draft.pick('Add', 'Sub'), draft.random.below(2) ? [x, other] : [other, x]),
      () => draft.add('Mul', [draft.add('Tanh', [x]), other]),
      () => draft.add('Div', [x, positive()]),
      () => draft.add('Add', [x, draft.add('Log', [positive()])]),
      () => draft.add('Sub', [draft.add('Sqrt', [positive()]), x]),
      () =>
        draft.add('Exp', [
          draft.add('Clip', [
            x,
            draft.tensor([], 1, () => -3),
            draft.pick(
              draft.tensor([], 1, () => 2),
              '',
            ),
          ]),
        ]),
      () => draft.add('Neg', [x]),
      () => draft.activation(x),
    )();
    x = draft.add('Clip', [
      draft.add('Add', [x, draft.tensor([1, width], 0.1)]),
      draft.tensor([], 1, () => -20),
      draft.tensor([], 1, () => 20),
    ]);
  }
  return draft.finish(x, width);
}

/** Target attention by dot product (as in DIN): features hold a query and a history of vectors. */
function attention(draft: Draft): Graph {
  const [length, dim] = [1 + draft.random.below(6), 1 + draft.random.below(9)];
  const x = draft.layer(draft.present(), draft.columns, (length + 1) * dim);
  const query = draft.add('Slice', [x, draft.whole(0), draft.whole(dim), draft.whole(1)]);
  const rest = draft.add('Slice', [x, draft.whole(dim), draft.whole(Number.MAX_SAFE_INTEGER), draft.whole(-1), draft.whole(1)]);
  const history = draft.add('Reshape', [rest, draft.whole(draft.pick(-1, 0), length, dim)]);
  const scores = draft.pick(
    // [N, L, d] x [N, d, 1], weights over axis 1
    () => draft.add('Softmax', [draft.add('MatMul', [history, draft.add('Unsqueeze', [query, draft.whole(2)])])], { axis: i(1) }),
    // [N, 1, d] x [N, d, L], weights over the last axis, turned
    () => {
      const turned = draft.add('Transpose', [history], { perm: ints([0, 2, 1]) });
      const product = draft.add('MatMul', [draft.add('Unsqueeze', [query, draft.whole(-2)]), turned]);
      return draft.add('Transpose', [draft.add('Softmax', [product])], { perm: ints([0, 2, 1]) });
    },
    // elementwise and summed
    () => {
      const product = draft.add('Mul', [history, draft.add('Unsqueeze', [query, draft.whole(1)])]);
      return draft.add('Softmax', [draft.add('ReduceSum', [product, draft.whole(-1)])], { axis: i(-2) });
    },
  )();
  const pooled = draft.pick(
    () => draft.add('ReduceSum', [draft.add('Mul', [history, scores]), draft.whole(1)], { keepdims: i(0) }),
    () =>
      draft.add('Squeeze', [
        draft.add('MatMul', [draft.add('Transpose', [scores], { perm: ints([0, 2, 1]) }), history]),
        draft.whole(1),
      ]),
  )();
  return draft.finish(draft.layer(draft.add('Concat', [query, pooled], { axis: i(1) }), 2 * dim, 1), 1);
}

/** Embedding lookups by features that hold whole numbers. */
function embedding(draft: Draft): Graph {
  const [rows, dim, lookups] = [2 + draft.random.below(30), 1 + draft.random.below(8), 1 + draft.random.below(3)];
  const picked = draft.add(
    'Gather',
    ['features', draft.whole(...Array.from({ length: lookups }, () => draft.random.below(draft.columns)))],
    { axis: i(1) },
  );
  const known = draft.add('Where', [draft.add('IsNaN', [picked]), draft.tensor([], 1, () => 0), picked]);
  const sized = draft.add('Clip', [
    draft.add('Mul', [draft.add('Abs', [known]), draft.tensor([], 1, () => rows / 3)]),
    draft.tensor([], 1, () => 0),
    draft.tensor([], 1, () => rows - 1),
  ]);
  const ids = draft.add('Cast', [sized], { to: i(draft.pick(dataType.int64, dataType.int32)) });
  const vectors = draft.add('Gather', [draft.tensor([rows, dim]), ids]);
  const flat = draft.pick(
    () => draft.layer(draft.add('Reshape', [vectors, draft.whole(0, lookups * dim)]), lookups * dim, 3),
    () => draft.layer(draft.add('ReduceMean', [vectors], { axes: ints([1]), keepdims: i(0) }), dim, 3),
  )();
  return draft.finish(draft.activation(flat), 3);
}

/** Axes moved, merged, reduced and normalised in all directions. */
function layout(draft: Draft): Graph {
  const sizes = [1 + draft.random.below(4), 1 + draft.random.below(4), 1 + draft.random.below(4)] as const;
  let x = draft.add('Reshape', [
    draft.layer(draft.present(), draft.columns, sizes[0] * sizes[1] * sizes[2]),
    draft.whole(-1, ...sizes),
  ]);
  let shape: number[] = [...sizes];
  for (let steps = 1 + draft.random.below(4); steps > 0; steps--) {
    const axis = 1 + draft.random.below(shape.length);
    const size = shape[axis - 1] as number;
    draft.pick(
      () => {
        const order = shape.map((_, j) => j).sort(() => draft.random.uniform() - 0.5);
        x = draft.add('Transpose', [x], { perm: ints([0, ...order.map((j) => j + 1)]) });
        shape = order.map((j) => shape[j] as number);
      },
      () => {
        x = draft.add('Softmax', [x], { axis: i(draft.random.below(2) ? axis : axis - shape.length - 1) });
      },
      () => {
        x = draft.add('ReduceSum', [x, draft.whole(axis)], { keepdims: i(1) });
        shape = shape.with(axis - 1, 1);
      },
      () => {
        const start = draft.random.below(size);
        x = draft.add('Slice', [x, draft.whole(start), draft.whole(-1000), draft.whole(axis), draft.whole(-1)]);
        shape = shape.with(axis - 1, start + 1);
      },
      () => {
        const picks = Array.from({ length: 1 + draft.random.below(3) }, () => draft.random.below(2 * size) - size);
        x = draft.add('Gather', [x, draft.whole(...picks)], { axis: i(axis) });
        shape = shape.with(axis - 1, picks.length);
      },
      () => {
        const part = shape.with(axis - 1, 2);
        const first = draft.add('Add', [
          draft.add('Slice', [x, draft.whole(0), draft.whole(1), draft.whole(axis)]),
          draft.tensor([1, ...part]),
        ]);
        x = draft.add('Concat', draft.random.below(2) ? [x, first] : [first, x], { axis: i(axis) });
        shape = shape.with(axis - 1, size + 2);
      },
    )();
  }
  const width = shape.reduce((product, size) => product * size, 1);
  return draft.finish(draft.add('Reshape', [x, draft.whole(0, width)]), width);
}

/** Trees of random shape with all four conditions and both ways for NaN. */
function trees(draft: Draft): Graph {
  const { random } = draft;
  const column = {
    tree: [] as number[],
    id: [] as number[],
    feature: [] as number[],
    value: [] as number[],
    mode: [] as string[],
    yes: [] as number[],
    no: [] as number[],
    missing: [] as number[],
  };
  const target = { tree: [] as number[], id: [] as number[], weight: [] as number[] };
  for (let tree = 0, count = 1 + random.below(8); tree < count; tree++) {
    let next = 0;
    const grow = (depth: number): number => {
      const id = next++;
      const at = column.id.length;
      const isLeaf = depth === 0 || random.uniform() < 0.2;
      column.tree.push(tree);
      column.id.push(id);
      column.feature.push(isLeaf ? 0 : random.below(draft.columns));
      // Few thresholds that features hit exactly.
      column.value.push(isLeaf ? 0 : random.below(2) ? random.below(5) - 2 : random.normal());
      column.mode.push(isLeaf ? 'LEAF' : draft.pick('BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT'));
      column.missing.push(isLeaf ? 0 : random.below(2));
      column.yes.push(0);
      column.no.push(0);
      if (isLeaf) {
        target.tree.push(tree);
        target.id.push(id);
        target.weight.push(Math.fround(random.normal()));
      } else {
        column.yes[at] = grow(depth - 1);
        column.no[at] = grow(depth - 1);
      }
      return id;
    };
    grow(random.below(7));
  }
  const floats = (value: number[]): Attribute => ({ kind: 'floats', value: value.map(Math.fround) });
  const raw = draft.add(treeOperator, ['features'], {
    nodes_treeids: ints(column.tree),
    nodes_nodeids: ints(column.id),
    nodes_featureids: ints(column.feature),
    nodes_values: floats(column.value),
    nodes_modes: { kind: 'strings', value: column.mode },
    nodes_truenodeids: ints(column.yes),
    nodes_falsenodeids: ints(column.no),
    nodes_missing_value_tracks_true: ints(column.missing),
    target_treeids: ints(target.tree),
    target_nodeids: ints(target.id),
    target_ids: ints(target.id.map(() => 0)),
    target_weights: floats(target.weight),
    n_targets: i(1),
    ...(random.below(2) ? { base_values: floats([random.normal()]) } : {}),
  });
  return draft.finish(raw, 1);
}

export const families = { dense, elementwise, attention, embedding, layout, trees } as const;
export type Family = keyof typeof families;

/** A random ranker of the supported operators. */
export const randomGraph = (family: Family, random: Random): Graph => families[family](new Draft(random));

/** Float32 [rows x columns] with a fifth missing, and half of the rest small whole numbers. */
export function randomFeatures(random: Random, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: rows * columns }, () => {
    if (random.uniform() < 0.2) return Number.NaN;
    return random.below(2) ? random.below(5) - 2 : random.normal();
  });
}
