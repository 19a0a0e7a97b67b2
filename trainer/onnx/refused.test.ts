import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { limit } from '../../shared/contract/limit.ts';
import { plainRankKernel } from '../../shared/kernel/kernel.ts';
import { denseEngine } from '../../shared/model/dense/engine.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import type { ModelRefusal, ModelRefused } from '../../shared/model/refused.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { createRandom } from '../random.ts';
import { denseRankerModel } from './dense.ts';
import { encodeModel } from './encode.ts';
import { type Family, families, randomFeatures, randomGraph } from './graphs.case.ts';

const { FLOAT, INT64, DOUBLE } = onnx.TensorProto.DataType;
const dim = (...sizes: (number | string)[]) => ({
  dim: sizes.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size })),
});
const port = (name: string, ...sizes: (number | string)[]) => ({
  name,
  type: { tensorType: { elemType: FLOAT, shape: dim(...sizes) } },
});
const node = (opType: string, input: string[], output: string, more: onnx.INodeProto = {}) => ({
  opType,
  input,
  output: [output],
  ...more,
});
const tensor = (name: string, dims: number[], values: number[]) => ({ name, dims, dataType: FLOAT, floatData: values });
const ints = (name: string, ...values: number[]) => ({ name, dims: [values.length], dataType: INT64, int64Data: values });

/** relu of one feature, with parts exchanged. */
function bytesOf(graph: onnx.IGraphProto = {}, model: onnx.IModelProto = {}): Uint8Array {
  const base = {
    node: [node('Relu', ['features'], 'score')],
    input: [port('features', 'N', 1)],
    output: [port('score', 'N', 1)],
  };
  return onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ version: 17 }],
    graph: { ...base, ...graph },
    ...model,
  }).finish();
}

/** The code of the refusal, from reading to a first run. */
function refusalOf(bytes: Uint8Array, rows = 3): ModelRefusal | 'runs' {
  try {
    const engine = kernelEngine(bytes, plainRankKernel());
    engine.run(new Float32Array(rows * engine.columns).fill(3), rows);
    return 'runs';
  } catch (error) {
    if ((error as Error).name !== 'ModelRefused') throw error;
    return (error as ModelRefused).code;
  }
}

const attribute = (name: string, i: number) => ({ name, type: onnx.AttributeProto.AttributeType.INT, i });
const large = { ...tensor('w', [4000, 1001], []), rawData: new Uint8Array(16) };

const cases: Record<string, [ModelRefusal | 'runs', Uint8Array]> = {
  'a plain model': ['runs', bytesOf()],
  'no bytes at all': ['malformed', new Uint8Array(0)],
  'other bytes': ['malformed', Uint8Array.from({ length: 100 }, (_, i) => i * 7)],
  'more bytes than the limit': ['too-large', new Uint8Array(limit.modelBytes + 1)],
  'more nodes than the limit': [
    'too-large',
    bytesOf({
      node: Array.from({ length: limit.modelNodes + 1 }, (_, i) => node('Relu', [i ? `v${i}` : 'features'], `v${i + 1}`)),
    }),
  ],
  'more parameters than the limit': ['too-large', bytesOf({ initializer: [large] })],
  'a crowd of empty messages': [
    'too-large',
    Uint8Array.from([0x3a, 0x80, 0x80, 0x10, ...new Array(131_072).fill([0x2a, 0]).flat()]),
  ],
  'an operator outside the list': ['unsupported-operator', bytesOf({ node: [node('Sin', ['features'], 'score')] })],
  'an operator named as something that every object has': [
    'unsupported-operator',
    bytesOf({ node: [node('constructor', ['features'], 'score')] }),
  ],
  'an operator of another domain': [
    'unsupported-operator',
    bytesOf({ node: [node('Relu', ['features'], 'score', { domain: 'com.example' })] }),
  ],
  'control flow': [
    'malformed',
    bytesOf({
      node: [
        node('If', ['features'], 'score', {
          attribute: [{ name: 'then_branch', type: onnx.AttributeProto.AttributeType.GRAPH, g: {} }],
        }),
      ],
    }),
  ],
  'an attribute that is not understood': [
    'unsupported-attribute',
    bytesOf({ node: [node('Relu', ['features'], 'score', { attribute: [attribute('mode', 1)] })] }),
  ],
  'an attribute of another type': [
    'unsupported-attribute',
    bytesOf({
      node: [
        node('Softmax', ['features'], 'score', {
          attribute: [{ name: 'axis', type: onnx.AttributeProto.AttributeType.FLOAT, f: 1 }],
        }),
      ],
    }),
  ],
  'an older operator set': ['unsupported-opset', bytesOf({}, { opsetImport: [{ version: 9 }] })],
  'an unknown operator set': [
    'unsupported-opset',
    bytesOf({}, { opsetImport: [{ version: 17 }, { domain: 'com.example', version: 1 }] }),
  ],
  'no operator set': ['unsupported-opset', bytesOf({}, { opsetImport: [] })],
  'external data': [
    'external-data',
    bytesOf({
      initializer: [{ ...tensor('w', [1], []), externalData: [{ key: 'location', value: '/etc/passwd' }], dataLocation: 1 }],
    }),
  ],
  'a tensor of another type': [
    'unsupported-type',
    bytesOf({ initializer: [{ name: 'w', dims: [1], dataType: DOUBLE, rawData: new Uint8Array(8) }] }),
  ],
  'whole numbers where floats belong': [
    'unsupported-type',
    bytesOf({ initializer: [ints('w', 1)], node: [node('Add', ['features', 'w'], 'score')] }),
  ],
  'a tensor with other data than its shape': ['bad-shape', bytesOf({ initializer: [tensor('w', [3], [1])] })],
  'a tensor with a negative size': ['bad-shape', bytesOf({ initializer: [tensor('w', [-1], [])] })],
  'shapes that do not fit': [
    'bad-shape',
    bytesOf({ initializer: [tensor('w', [5], [1, 2, 3, 4, 5])], node: [node('MatMul', ['features', 'w'], 'score')] }),
  ],
  'an undefined input': ['unknown-value', bytesOf({ node: [node('Relu', ['other'], 'score')] })],
  'a value that is used before it is defined': [
    'unknown-value',
    bytesOf({ node: [node('Relu', ['later'], 'score'), node('Relu', ['features'], 'later')] }),
  ],
  'a value that is defined twice': [
    'unknown-value',
    bytesOf({ node: [node('Relu', ['features'], 'score'), node('Neg', ['features'], 'score')] }),
  ],
  'two inputs': ['bad-signature', bytesOf({ input: [port('features', 'N', 1), port('other', 'N', 1)] })],
  'a fixed number of rows': ['bad-signature', bytesOf({ input: [port('features', 10, 1)] })],
  'an output that is not one number a row': ['bad-signature', bytesOf({ input: [port('features', 'N', 2)] })],
  'a shape that depends on the data': [
    'unsupported-operator',
    bytesOf({
      node: [
        node('Cast', ['features'], 's', { attribute: [attribute('to', INT64)] }),
        node('Reshape', ['features', 's'], 'score'),
      ],
    }),
  ],
  'a lookup outside its table': [
    'index-out-of-range',
    bytesOf({
      initializer: [tensor('table', [3], [1, 2, 3])],
      node: [
        node('Cast', ['features'], 'ids', { attribute: [attribute('to', INT64)] }),
        node('Gather', ['table', 'ids'], 'score'),
      ],
    }),
  ],
};

test.each(Object.entries(cases))('%s', (_, [expected, bytes]) => {
  expect(refusalOf(bytes)).toBe(expected);
});

test('work and memory of a run are capped, not only of the file', () => {
  const growth = Array.from({ length: 40 }, (_, i) =>
    node('Concat', [i ? `v${i}` : 'features', i ? `v${i}` : 'features'], `v${i + 1}`, { attribute: [attribute('axis', 1)] }),
  );
  const sum = node('ReduceSum', ['v40', 'axis'], 'score');
  expect(refusalOf(bytesOf({ node: [...growth, sum], initializer: [ints('axis', 1)] }))).toBe('too-much-work');
  // 1,000 x 1,000 products, 511 times over 500 rows.
  const square = { name: 'w', dims: [1000, 1000], dataType: FLOAT, rawData: new Uint8Array(4_000_000) };
  const wide = Array.from({ length: 500 }, (_, i) => node('MatMul', [i ? `v${i}` : 'features', 'w'], `v${i + 1}`));
  const narrow = node('ReduceSum', ['v500', 'axis'], 'score');
  const deep = bytesOf({ node: [...wide, narrow], initializer: [square, ints('axis', 1)], input: [port('features', 'N', 1000)] });
  expect(refusalOf(deep)).toBe('too-much-work');
});

describe('trees', () => {
  const { INTS, FLOATS, STRINGS } = onnx.AttributeProto.AttributeType;
  /** x <= 0 ? 1 : 2, with columns exchanged. */
  function treeBytes(changes: Record<string, number[] | string[]> = {}): Uint8Array {
    const columns: Record<string, number[] | string[]> = {
      nodes_treeids: [0, 0, 0],
      nodes_nodeids: [0, 1, 2],
      nodes_featureids: [0, 0, 0],
      nodes_values: [0, 0, 0],
      nodes_modes: ['BRANCH_LEQ', 'LEAF', 'LEAF'],
      nodes_truenodeids: [1, 0, 0],
      nodes_falsenodeids: [2, 0, 0],
      target_treeids: [0, 0],
      target_nodeids: [1, 2],
      target_ids: [0, 0],
      target_weights: [1, 2],
      ...changes,
    };
    const attributes = Object.entries(columns).map(([name, values]) =>
      typeof values[0] === 'string'
        ? { name, type: STRINGS, strings: values.map((text) => Buffer.from(text as string)) }
        : name === 'nodes_values' || name === 'target_weights'
          ? { name, type: FLOATS, floats: values as number[] }
          : { name, type: INTS, ints: values as number[] },
    );
    const operator = node('TreeEnsembleRegressor', ['features'], 'score', { domain: 'ai.onnx.ml', attribute: attributes });
    return bytesOf({ node: [operator] }, { opsetImport: [{ version: 17 }, { domain: 'ai.onnx.ml', version: 3 }] });
  }

  test.each<[string, ModelRefusal | 'runs', Record<string, number[] | string[]>]>([
    ['a tree', 'runs', {}],
    ['a child that is its parent', 'bad-tree', { nodes_truenodeids: [0, 0, 0] }],
    ['one child twice', 'bad-tree', { nodes_truenodeids: [2, 0, 0] }],
    ['a child that is not there', 'bad-tree', { nodes_falsenodeids: [9, 0, 0] }],
    ['a feature that is not there', 'bad-tree', { nodes_featureids: [1, 0, 0] }],
    ['a negative feature', 'bad-tree', { nodes_featureids: [-1, 0, 0] }],
    ['another mode', 'bad-tree', { nodes_modes: ['BRANCH_EQ', 'LEAF', 'LEAF'] }],
    ['a mode named as something that every object has', 'bad-tree', { nodes_modes: ['constructor', 'LEAF', 'LEAF'] }],
    ['an infinite threshold', 'bad-tree', { nodes_values: [Number.POSITIVE_INFINITY, 0, 0] }],
    ['columns of different length', 'bad-tree', { nodes_values: [0] }],
    ['a node twice', 'bad-tree', { nodes_nodeids: [0, 1, 1] }],
    ['a weight on a branch', 'bad-tree', { target_nodeids: [0, 2] }],
    ['two targets', 'bad-tree', { target_ids: [0, 1] }],
  ])('%s', (_, expected, changes) => {
    expect(refusalOf(treeBytes(changes))).toBe(expected);
  });
});

test('mutated models are refused or run: no other error, no endless loop, on either kernel', async () => {
  const random = createRandom(1, 'mutation');
  const kernels = [(await loadKernels()).rank, plainRankKernel()];
  const tally = { refused: 0, ran: 0 };
  for (let i = 0; i < 3000; i++) {
    const family = (Object.keys(families) as Family[])[i % 6] as Family;
    const graph = randomGraph(family, createRandom(i % 60, `mutation/${family}`));
    const model = encodeModel(graph);
    for (let count = 1 + random.below(4); count > 0; count--) {
      const at = random.below(model.length);
      const kind = random.below(4);
      if (kind === 0) model[at] = random.below(256);
      else if (kind === 1) model[at] = (model[at] as number) ^ (1 << random.below(8));
      else if (kind === 2) model.copyWithin(at, random.below(model.length), random.below(model.length));
      else model[at] = [0, 1, 127, 128, 255][random.below(5)] as number;
    }
    const bytes = random.below(8) ? model : model.subarray(0, random.below(model.length));
    try {
      const engine = kernelEngine(bytes, kernels[i & 1] as (typeof kernels)[0]);
      // A mutated port can be wide; what is tested then is the same.
      for (const rows of engine.columns > 10_000 ? [] : [1, 5]) {
        expect(engine.run(randomFeatures(random, rows, engine.columns), rows)).toHaveLength(rows);
      }
      tally.ran++;
    } catch (error) {
      if ((error as Error).name !== 'ModelRefused') throw error;
      tally.refused++;
    }
  }
  // Both happen often, so that neither side of the promise goes untested.
  expect(tally.refused).toBeGreaterThan(500);
  expect(tally.ran).toBeGreaterThan(500);
}, 60_000);

test('the engine of dense rankers runs those, refuses others and says what the model says of itself', () => {
  const open = (family: Family) => {
    const model = encodeModel(randomGraph(family, createRandom(1, 'few operators')));
    return denseEngine(model, plainRankKernel());
  };
  const one = Float32Array.of(1);
  const layers = [{ weights: Float32Array.of(2, 5), bias: one }];
  const model = denseRankerModel({ columns: ['a'], featureHash: 'abc', mean: one, std: one, layers, activation: 'relu' });
  const engine = denseEngine(model, plainRankKernel());
  expect(engine.metadata).toEqual({ 'vitrine.features': 'a', 'vitrine.featureHash': 'abc' });
  expect(Array.from(engine.run(Float32Array.of(3, Number.NaN), 2))).toEqual([5, 6]);
  expect(() => open('trees')).toThrow(/^unsupported-operator/);
});
