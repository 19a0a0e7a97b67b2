import { describe, expect, test } from 'vitest';
import { plainRankKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { foreignEngine } from '../evaluate/onnx.ts';
import { createRandom } from '../random.ts';
import { type ForeignCase, float, foreignModel, treeAttributes } from './foreign.case.ts';
import { type ImportOptions, importRanker } from './import.ts';

const columns = ['a', 'b', 'c', 'd'];
const ranker = { columns, featureHash: '0'.repeat(64) };
const rows = 40;
const random = createRandom(3, 'import');
const values = Float32Array.from({ length: rows * columns.length }, () => random.normal());

const make = (model: ForeignCase, options?: ImportOptions) =>
  importRanker(foreignModel(model), ranker, plainRankKernel(), options);

/** Greatest difference between the ranker in the kernel engine and the model as it came in onnxruntime-web. */
async function difference(model: ForeignCase, options: ImportOptions = {}, features = values): Promise<number> {
  const made = make(model, options);
  const places = made.columns.map((name) => columns.indexOf(name));
  const fill = options.fill === undefined ? {} : { fill: options.fill };
  const theirs = await (await foreignEngine(made.original, { ...made, places, width: columns.length, ...fill })).run(
    features,
    rows,
  );
  const ours = kernelEngine(made.model, plainRankKernel()).run(features, rows);
  expect(new Set(ours).size).toBeGreaterThan(1);
  return Math.max(...ours.map((score, row) => Math.abs(score - theirs[row]!)));
}

const dense = (opset: number): ForeignCase => ({
  opset,
  inputs: { x: 4 },
  outputs: { y: opset < 13 ? ['float'] : ['float', 1] },
  nodes: [
    {
      op: 'BatchNormalization',
      inputs: ['x', 'gamma', 'beta', 'mean', 'variance'],
      outputs: ['n'],
      attributes: { epsilon: float(1e-5) },
    },
    { op: 'Gemm', inputs: ['n', 'w', 'b'], outputs: ['z'], attributes: { transB: 1 } },
    { op: 'Relu', inputs: ['z'], outputs: ['h'] },
    { op: 'Dropout', inputs: ['h'], outputs: ['kept'] },
    { op: 'MatMul', inputs: ['kept', 'v'], outputs: ['raw'] },
    opset < 13
      ? { op: 'Squeeze', inputs: ['raw'], outputs: ['y'], attributes: { axes: [1] } }
      : { op: 'Sigmoid', inputs: ['raw'], outputs: ['y'] },
  ],
  constants: {
    gamma: { shape: [4], values: [1, 0.5, 2, 1] },
    beta: { shape: [4], values: [0, 0.25, -1, 0.5] },
    mean: { shape: [4], values: [0.1, -0.2, 0.3, 0] },
    variance: { shape: [4], values: [1, 4, 0.25, 2] },
    w: { shape: [3, 4], values: [0.5, -1, 0.25, 2, 1, 1, -0.5, 0.125, -1, 0.5, 0.75, -2] },
    b: { shape: [3], values: [0.1, 0.2, -0.3] },
    v: { shape: [3, 1], values: [1, -2, 0.5] },
  },
});

/** As scikit-learn's exporter writes a scaled logistic regression over named columns. */
const logistic: ForeignCase = {
  opset: 12,
  inputs: { c: 1, a: 1 },
  outputs: { label: ['int'], probabilities: ['float', 2] },
  nodes: [
    { op: 'Concat', inputs: ['c', 'a'], outputs: ['x'], attributes: { axis: 1 } },
    {
      op: 'Scaler',
      inputs: ['x'],
      outputs: ['scaled'],
      attributes: { offset: float([0.5, -1]), scale: float([2, 0.25]) },
      ml: true,
    },
    {
      op: 'LinearClassifier',
      inputs: ['scaled'],
      outputs: ['label', 'raw'],
      attributes: {
        coefficients: float([-1, 0.5, 1, -0.5]),
        intercepts: float([-0.25, 0.25]),
        multi_class: 1,
        post_transform: 'LOGISTIC',
        classlabels_ints: [0, 1],
      },
      ml: true,
    },
    { op: 'Normalizer', inputs: ['raw'], outputs: ['chances'], attributes: { norm: 'L1' }, ml: true },
    { op: 'ZipMap', inputs: ['chances'], outputs: ['probabilities'], attributes: { classlabels_int64s: [0, 1] }, ml: true },
  ],
};

const trees = (attributes: ForeignCase['nodes'][number]['attributes'], op = 'TreeEnsembleClassifier'): ForeignCase => ({
  opset: 9,
  inputs: { x: 4 },
  outputs: op === 'TreeEnsembleClassifier' ? { label: ['int'], probabilities: ['float', 2] } : { variable: ['float', 1] },
  nodes: [
    {
      op,
      inputs: ['x'],
      outputs: op === 'TreeEnsembleClassifier' ? ['label', 'probabilities'] : ['variable'],
      attributes: attributes ?? {},
      ml: true,
    },
  ],
});
const withMissing = values.map((value, at) => (at % 5 === 0 ? Number.NaN : value));

describe('a ranker from elsewhere scores as the model that it is made of', () => {
  test.each([9, 11, 12, 13, 17])('dense layers, normalisation and dropout of ai.onnx %i', async (opset) => {
    expect(await difference(dense(opset))).toBeLessThan(1e-5);
  });

  test('scaled logistic regression over named columns, its map of chances taken apart', async () => {
    expect(make(logistic).columns).toEqual(['c', 'a']);
    expect(await difference(logistic)).toBeLessThan(1e-5);
  });

  test('linear regression', async () => {
    const regression: ForeignCase = {
      opset: 15,
      inputs: { x: 4 },
      outputs: { variable: ['float', 1] },
      nodes: [
        {
          op: 'LinearRegressor',
          inputs: ['x'],
          outputs: ['variable'],
          attributes: { coefficients: float([1, -2, 0.5, 0.25]), intercepts: float([0.75]) },
          ml: true,
        },
      ],
    };
    expect(await difference(regression)).toBeLessThan(1e-5);
  });

  test('trees: of a regressor, of a boosted classifier, of a forest with chances in its leaves; missing values too', async () => {
    const labels = { classlabels_int64s: [0, 1] };
    const regressor = trees({ ...treeAttributes('target'), n_targets: 1, base_values: float([0.5]) }, 'TreeEnsembleRegressor');
    expect(await difference(regressor, {}, withMissing)).toBeLessThan(1e-5);
    const boosted = trees({ ...treeAttributes('class'), ...labels, post_transform: 'LOGISTIC' });
    expect(await difference(boosted, {}, withMissing)).toBeLessThan(1e-5);
    const leaves = { ...treeAttributes('class', [0, 1, 0, 1]), class_weights: float([0.25, 0.75, 0.5, 0.5]) };
    const both = {
      class_treeids: [0, 0, 0, 0, 1, 1, 1, 1],
      class_nodeids: [1, 1, 2, 2, 1, 1, 2, 2],
      class_ids: [0, 1, 0, 1, 0, 1, 0, 1],
      class_weights: float([0.4, 0.1, 0.1, 0.4, 0.3, 0.2, 0.2, 0.3]),
    };
    expect(await difference(trees({ ...leaves, ...both, ...labels }), {}, withMissing)).toBeLessThan(1e-5);
  });

  test('columns in another order, and what stands for missing values', async () => {
    const options = { columns: ['d', 'c', 'b', 'a'], fill: 0.5 };
    expect(await difference(dense(13), options, withMissing)).toBeLessThan(1e-5);
    expect(make(dense(13), options).columns).toEqual(options.columns);
  });
});

describe('a model that cannot be a ranker is refused', () => {
  const gives = (
    outputs: ForeignCase['outputs'],
    nodes: ForeignCase['nodes'],
    inputs: ForeignCase['inputs'] = { x: 4 },
  ): ForeignCase => ({
    opset: 13,
    inputs,
    outputs,
    nodes,
  });
  const pass = { op: 'Identity', inputs: ['x'], outputs: ['y'] };

  test.each([
    ['operator', gives({ y: ['float', 1] }, [{ op: 'Erf', inputs: ['x'], outputs: ['y'] }]), {}, /unsupported-operator: Erf/],
    ['shape of the score', gives({ y: ['float', 4] }, [pass]), {}, /cannot be run: bad-shape/],
    ['input', gives({ y: ['float', 1] }, [pass], { price: 1, size: 1 }), {}, /reads price, size, which are no features.*/],
    ['width', gives({ y: ['float', 1] }, [pass], { x: 3 }), {}, /reads 3 columns, and 4 are named: a, b, c, d/],
    ['column', dense(13), { columns: ['a', 'b', 'c', 'z'] }, /reads z, which is no feature/],
    ['output', dense(13), { output: 'score' }, /has no output score/],
    ['classes', trees({ ...treeAttributes('class', [0, 1, 2, 1]), classlabels_int64s: [0, 1, 2] }), {}, /trees for 3 classes/],
    [
      'labels',
      gives({ label: ['int'], other: ['int'] }, [{ ...pass, outputs: ['label'] }]),
      {},
      /none of the outputs label, other is a score/,
    ],
  ])('by its %s', (_, model, options, message) => {
    expect(() => make(model, options)).toThrow(message);
  });

  test('what is no ONNX', () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode('tree\nversion=v3\n'), Uint8Array.of(255, 255, 255)])
      expect(() => importRanker(bytes, ranker, plainRankKernel())).toThrow(/is no ONNX file/);
  });
});
