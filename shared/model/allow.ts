/** Fewest and most inputs, and the attributes that are understood. */
type Rule = readonly [least: number, most: number, attributes?: readonly string[]];

const treeAttributes = [
  'aggregate_function',
  'base_values',
  'n_targets',
  'nodes_falsenodeids',
  'nodes_featureids',
  'nodes_hitrates',
  'nodes_missing_value_tracks_true',
  'nodes_modes',
  'nodes_nodeids',
  'nodes_treeids',
  'nodes_truenodeids',
  'nodes_values',
  'post_transform',
  'target_ids',
  'target_nodeids',
  'target_treeids',
  'target_weights',
];

const reduce: Rule = [1, 2, ['axes', 'keepdims', 'noop_with_empty_axes']];

/** The operators that are run, as of ai.onnx 13 to 21 and ai.onnx.ml 1 to 4. https://onnx.ai/onnx/operators */
export const allowed: Readonly<Record<string, Rule>> = {
  Gemm: [2, 3, ['alpha', 'beta', 'transA', 'transB']],
  MatMul: [2, 2],
  Add: [2, 2],
  Sub: [2, 2],
  Mul: [2, 2],
  Div: [2, 2],
  Relu: [1, 1],
  LeakyRelu: [1, 1, ['alpha']],
  Sigmoid: [1, 1],
  Tanh: [1, 1],
  Exp: [1, 1],
  Log: [1, 1],
  Sqrt: [1, 1],
  Neg: [1, 1],
  Abs: [1, 1],
  IsNaN: [1, 1],
  Clip: [1, 3],
  Where: [3, 3],
  Cast: [1, 1, ['to', 'saturate']],
  Softmax: [1, 1, ['axis']],
  ReduceSum: reduce,
  ReduceMean: reduce,
  Concat: [1, 512, ['axis']],
  Gather: [2, 2, ['axis']],
  Slice: [3, 5],
  Transpose: [1, 1, ['perm']],
  Reshape: [2, 2, ['allowzero']],
  Squeeze: [1, 2],
  Unsqueeze: [2, 2],
  Identity: [1, 1],
  Constant: [0, 0, ['value']],
  TreeEnsembleRegressor: [1, 1, treeAttributes],
};

/** Inclusive ranges of operator set versions per domain; the default domain has two names. */
export const opsets: Readonly<Record<string, readonly [number, number]>> = {
  '': [13, 21],
  'ai.onnx': [13, 21],
  'ai.onnx.ml': [1, 4],
};

export const treeOperator = 'TreeEnsembleRegressor';
