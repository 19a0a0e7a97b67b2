import type { RankKernel } from '../../kernel/rank.ts';
import { layerOperators } from './layer.ts';
import { clip, gather, reshape, slice, transpose, unsqueeze } from './layout.ts';
import { matmul } from './matmul.ts';
import type { OperatorTable } from './operator.ts';
import { reduce, softmax } from './reduce.ts';
import { treeAttributes, treeEnsemble } from './tree.ts';

const reduceAttributes = 'axes keepdims noop_with_empty_axes';

/** Everything the kernel engine runs, as of ai.onnx 13 to 21 and ai.onnx.ml 1 to 4. https://onnx.ai/onnx/operators */
export const allOperators: OperatorTable<RankKernel> = {
  ...layerOperators,
  MatMul: [2, 2, matmul],
  Clip: [1, 3, clip],
  Softmax: [1, 1, softmax, 'axis'],
  ReduceSum: [1, 2, reduce(false), reduceAttributes],
  ReduceMean: [1, 2, reduce(true), reduceAttributes],
  Gather: [2, 2, gather, 'axis'],
  Slice: [3, 5, slice],
  Transpose: [1, 1, transpose, 'perm'],
  Reshape: [2, 2, reshape, 'allowzero'],
  Unsqueeze: [2, 2, unsqueeze],
  TreeEnsembleRegressor: [1, 1, treeEnsemble, treeAttributes],
};
