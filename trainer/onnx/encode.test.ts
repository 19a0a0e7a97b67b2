import { onnx } from 'onnx-proto';
import { expect, test } from 'vitest';
import { decodeModel } from '../../shared/model/decode.ts';
import type { Attribute, Graph } from '../../shared/model/graph.ts';
import { createRandom } from '../random.ts';
import { denseRankerModel } from './dense.ts';
import { encodeModel } from './encode.ts';
import { type Family, families, randomGraph } from './graphs.case.ts';

const graphs = (Object.keys(families) as Family[]).flatMap((family) =>
  Array.from({ length: 10 }, (_, seed) => randomGraph(family, createRandom(seed, `encode/${family}`))),
);

/** A model as onnx-proto reads it, in our words. */
function graphOf(bytes: Uint8Array): Graph {
  const model = onnx.ModelProto.toObject(onnx.ModelProto.decode(bytes), { longs: Number, defaults: true }) as onnx.IModelProto;
  const types = ['float', 'int', 'bool'] as const;
  const typeOf = (code: number) => types[[1, 7, 9].indexOf(code)] ?? 'float';
  const port = ({ name, type }: onnx.IValueInfoProto) => ({
    name: name as string,
    type: typeOf(type?.tensorType?.elemType as number),
    shape: (type?.tensorType?.shape?.dim ?? []).map(({ dimValue, dimParam }) => (dimValue as number) || (dimParam as string)),
  });
  const attribute = (given: onnx.IAttributeProto): Attribute => {
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
    if (given.type === onnx.AttributeProto.AttributeType.FLOAT) return { kind: 'f', value: given.f as number };
    if (given.type === onnx.AttributeProto.AttributeType.INT) return { kind: 'i', value: given.i as number };
    if (given.type === onnx.AttributeProto.AttributeType.STRING) return { kind: 's', value: text(given.s as Uint8Array) };
    if (given.type === onnx.AttributeProto.AttributeType.FLOATS) return { kind: 'floats', value: given.floats as number[] };
    if (given.type === onnx.AttributeProto.AttributeType.INTS) return { kind: 'ints', value: given.ints as number[] };
    return { kind: 'strings', value: (given.strings as Uint8Array[]).map(text) };
  };
  const graph = model.graph as onnx.IGraphProto;
  return {
    opset: (model.opsetImport ?? []).find(({ domain }) => domain === '')?.version as number,
    inputs: (graph.input ?? []).map(port),
    outputs: (graph.output ?? []).map(port),
    nodes: (graph.node ?? []).map((node) => ({
      op: node.opType as string,
      inputs: node.input as string[],
      output: (node.output as string[])[0] as string,
      attributes: Object.fromEntries((node.attribute ?? []).map((given) => [given.name, attribute(given)])),
    })),
    constants: new Map(
      (graph.initializer ?? []).map((tensor) => {
        const type = typeOf(tensor.dataType as number);
        const { buffer } = Uint8Array.from(tensor.rawData as Uint8Array);
        const data = type === 'float' ? new Float32Array(buffer) : Float64Array.from(new BigInt64Array(buffer), Number);
        return [tensor.name as string, { type, shape: tensor.dims as number[], data }];
      }),
    ),
    metadata: Object.fromEntries((model.metadataProps ?? []).map(({ key, value }) => [key, value])),
  };
}

test('what we write, onnx-proto and our own reader read back', () => {
  for (const graph of graphs) {
    const bytes = encodeModel(graph);
    expect(graphOf(bytes)).toEqual(graph);
    expect(decodeModel(bytes)).toEqual(graph);
  }
});

test('what onnx-proto writes, our reader reads', () => {
  for (const graph of graphs) {
    const rewritten = onnx.ModelProto.encode(onnx.ModelProto.decode(encodeModel(graph))).finish();
    expect(decodeModel(rewritten)).toEqual(graph);
  }
});

test('tensors may come in typed fields in place of raw bytes, and other types as whole numbers', () => {
  const { FLOAT, INT32, INT64, BOOL } = onnx.TensorProto.DataType;
  const initializer = [
    { name: 'a', dims: [2], dataType: FLOAT, floatData: [0.5, -2] },
    { name: 'b', dims: [2], dataType: INT32, int32Data: [7, -7] },
    { name: 'c', dims: [1, 2], dataType: INT64, int64Data: [-1, 2 ** 40] },
    { name: 'd', dims: [2], dataType: BOOL, int32Data: [1, 0] },
    { name: 'e', dims: [], dataType: INT32, rawData: Uint8Array.of(0xfe, 0xff, 0xff, 0xff) },
  ];
  const shape = { dim: [{ dimParam: 'N' }, { dimValue: 1 }] };
  const port = { name: 'x', type: { tensorType: { elemType: FLOAT, shape } } };
  const model = { irVersion: 8, opsetImport: [{ version: 17 }], graph: { initializer, input: [port], output: [port] } };
  const { constants } = decodeModel(onnx.ModelProto.encode(model).finish());
  expect(Array.from(constants.values(), ({ type, shape, data }) => [type, shape, Array.from(data)])).toEqual([
    ['float', [2], [0.5, -2]],
    ['int', [2], [7, -7]],
    ['int', [1, 2], [-1, 2 ** 40]],
    ['bool', [2], [1, 0]],
    ['int', [], [-2]],
  ]);
});

test('a ranker carries its columns and the hash of its features, in any script', () => {
  const one = Float32Array.of(1);
  const layers = [{ weights: Float32Array.of(1, 1), bias: one }];
  const model = denseRankerModel({ columns: ['prix €'], featureHash: 'abc', mean: one, std: one, layers, activation: 'relu' });
  expect(decodeModel(model).metadata).toEqual({ 'vitrine.features': 'prix €', 'vitrine.featureHash': 'abc' });
  expect(() =>
    denseRankerModel({ columns: ['a', 'b'], featureHash: '', mean: one, std: one, layers, activation: 'relu' }),
  ).toThrow(RangeError);
});
