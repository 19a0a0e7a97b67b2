import type { Attribute, Graph, Node, Tensor } from '../../../shared/model/graph.ts';
import type { Matrix } from '../../neural/ops.ts';
import { encodeModel } from '../../onnx/encode.ts';
import { node, whole } from '../../onnx/graph.ts';
import { type Network, tokenScale } from './network.ts';

const int = (value: number): Attribute => ({ kind: 'i', value });
const ints = (...value: number[]): Attribute => ({ kind: 'ints', value });
const nowhere = 1e9;
const epsilon = 1e-5;

/** A graph under construction: nodes name their outputs by themselves. */
class Draft {
  readonly constants = new Map<string, Tensor>();
  readonly nodes: Node[] = [];

  float(shape: readonly number[], data: Float32Array): string {
    const name = `c${this.constants.size}`;
    this.constants.set(name, { type: 'float', shape, data: data.slice() });
    return name;
  }

  scalar(value: number): string {
    return this.float([], Float32Array.of(value));
  }

  whole(...values: number[]): string {
    const name = `c${this.constants.size}`;
    this.constants.set(name, whole(...values));
    return name;
  }

  add(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const output = `v${this.nodes.length}`;
    this.nodes.push(node(op, inputs, output, attributes));
    return output;
  }

  slice(x: string, from: number, to: number, axis: number): string {
    return this.add('Slice', [x, this.whole(from), this.whole(to), this.whole(axis)]);
  }
}

/**
 * The sequence network as ONNX, operators of the kernel engine only. Input "history" float32 [N, last + last * rank], row-major:
 *
 *   per place 1 where there is an interaction, 0 before the first; the newest is the last place
 *   per place the item's vector of the release, zeros before the first
 *
 * Output "vector" float32 [N, rank]: the score of an item is its inner product with it. Of a history without any place nothing is said.
 */
export function encoderModel({ shape, places, transformer }: Network): Uint8Array<ArrayBuffer> {
  const { rank, last, blocks, heads } = shape;
  const { of } = transformer.parameters;
  const draft = new Draft();
  const matrix = (name: string) => {
    const { rows, columns, values } = of[name] as Matrix;
    return draft.float(rows === 1 ? [columns] : [rows, columns], values);
  };
  const norm = (x: string, gain: string, bias: string) => {
    const mean = draft.add('ReduceMean', [x], { axes: ints(2), keepdims: int(1) });
    const centred = draft.add('Sub', [x, mean]);
    const variance = draft.add('ReduceMean', [draft.add('Mul', [centred, centred])], { axes: ints(2), keepdims: int(1) });
    const deviation = draft.add('Sqrt', [draft.add('Add', [variance, draft.scalar(epsilon)])]);
    return draft.add('Add', [draft.add('Mul', [draft.add('Div', [centred, deviation]), matrix(gain)]), matrix(bias)]);
  };
  const dense = (x: string, weights: string, bias: string) =>
    draft.add('Add', [draft.add('MatMul', [x, matrix(weights)]), matrix(bias)]);

  const present = draft.slice('history', 0, last, 1);
  const flat = draft.slice('history', last, last + last * rank, 1);
  const vectors = draft.add('Reshape', [flat, draft.whole(-1, last, rank)]);
  const aged = new Float32Array(last * rank);
  for (let age = 0; age < last; age++) aged.set(places.values.subarray(age * rank, (age + 1) * rank), (last - 1 - age) * rank);
  let x = draft.add('Add', [draft.add('Mul', [vectors, draft.scalar(tokenScale(rank))]), draft.float([1, last, rank], aged)]);
  // What a token does not see: places after it, and those before the first interaction.
  const later = Float32Array.from({ length: last * last }, (_, at) => (at % last > Math.floor(at / last) ? -nowhere : 0));
  const absent = draft.add('Mul', [draft.add('Sub', [present, draft.scalar(1)]), draft.scalar(nowhere)]);
  const unseen = draft.add('Add', [draft.add('Unsqueeze', [absent, draft.whole(1)]), draft.float([1, last, last], later)]);
  const width = rank / heads;
  for (let b = 0; b < blocks; b++) {
    const qkv = dense(norm(x, `${b}.gain1`, `${b}.bias1`), `${b}.qkv`, `${b}.bQkv`);
    const mixed = Array.from({ length: heads }, (_, h) => {
      const part = (which: number) => draft.slice(qkv, which * rank + h * width, which * rank + (h + 1) * width, 2);
      const products = draft.add('MatMul', [part(0), draft.add('Transpose', [part(1)], { perm: ints(0, 2, 1) })]);
      const logits = draft.add('Add', [draft.add('Mul', [products, draft.scalar(1 / Math.sqrt(width))]), unseen]);
      return draft.add('MatMul', [draft.add('Softmax', [logits], { axis: int(2) }), part(2)]);
    });
    const joined = mixed.length === 1 ? (mixed[0] as string) : draft.add('Concat', mixed, { axis: int(2) });
    x = draft.add('Add', [x, dense(joined, `${b}.o`, `${b}.bO`)]);
    const hidden = draft.add('Relu', [dense(norm(x, `${b}.gain2`, `${b}.bias2`), `${b}.w1`, `${b}.b1`)]);
    x = draft.add('Add', [x, dense(hidden, `${b}.w2`, `${b}.b2`)]);
  }
  const newest = norm(draft.slice(x, last - 1, last, 1), 'gain', 'bias');
  draft.nodes.push(node('Reshape', [newest, draft.whole(-1, rank)], 'vector'));
  const graph: Graph = {
    opset: 17,
    inputs: [{ name: 'history', type: 'float', shape: ['N', last + last * rank] }],
    outputs: [{ name: 'vector', type: 'float', shape: ['N', rank] }],
    nodes: draft.nodes,
    constants: draft.constants,
    metadata: { 'vitrine.encoder': 'sequence-net', 'vitrine.last': String(last), 'vitrine.rank': String(rank) },
  };
  return encodeModel(graph);
}
