import { attributeRows, rememberedShape } from '../../../shared/feature/remembered.ts';
import { type AttentionRanker, attentionRankerModel } from '../../onnx/attention.ts';
import { denseRankerModel } from '../../onnx/dense.ts';
import { type DecisionTree, treeEnsembleModel } from '../../onnx/tree.ts';
import { createRandom } from '../../random.ts';
import { dinRankerModel } from './din.ts';

export const features = 32;
const widths = [2 * features, 128, 64, 1];
const [trees, depth] = [200, 6];

const random = createRandom(1, 'bench/rerank');
const noise = (length: number, spread: number) => Float32Array.from({ length }, () => random.normal() * spread);

/** A complete tree with every condition on some feature. */
function completeTree(): DecisionTree {
  const nodes = 2 ** (depth + 1) - 1;
  const branches = 2 ** depth - 1;
  const child = (side: number) => Int32Array.from({ length: nodes }, (_, i) => (i < branches ? 2 * i + side : -1));
  return {
    feature: Uint8Array.from({ length: nodes }, () => random.below(features)),
    threshold: noise(nodes, 1),
    left: child(1),
    right: child(2),
    missingLeft: Uint8Array.from({ length: nodes }, () => random.below(2)),
    value: noise(nodes, 0.1),
  };
}

const columns = Array.from({ length: features }, (_, i) => `f${i}`);

/** 32 features standardised and marked where missing, then 64-128-64-1 with ReLU. */
export const denseModel = (): Uint8Array =>
  denseRankerModel({
    columns,
    featureHash: 'bench',
    mean: noise(features, 1),
    std: noise(features, 1).map((x) => Math.abs(x) + 0.5),
    layers: widths.slice(1).map((outputs, i) => ({
      weights: noise((widths[i] as number) * outputs, 1 / Math.sqrt(widths[i] as number)),
      bias: noise(outputs, 0.1),
    })),
    activation: 'relu',
  });

/** 200 complete trees of depth 6. */
export const treesModel = (): Uint8Array =>
  treeEnsembleModel({ columns, featureHash: 'bench', trees: Array.from({ length: trees }, completeTree), base: 0 });

const dim = 16;
const hidden = [64, 32];

/** Target attention as the trainer's `attention` has it by default, 2 F + 49 - 64 - 32 - 1. */
function attentionRanker(): AttentionRanker {
  const sizes = [2 * features + 3 * dim + 1, ...hidden, 1];
  return {
    columns,
    featureHash: 'bench',
    mean: noise(features, 1),
    std: noise(features, 1).map((x) => Math.abs(x) + 0.5),
    history: rememberedShape,
    attention: {
      dim,
      table: noise(attributeRows * dim, 0.3).fill(0, 0, dim),
      query: noise(dim * dim, 0.3),
      value: noise(dim * dim, 0.3),
      contextValue: noise(rememberedShape.context * dim, 0.3),
      contextBias: noise(rememberedShape.context, 0.3),
      similarityWeight: 1,
    },
    layers: sizes.slice(1).map((outputs, i) => ({
      weights: noise((sizes[i] as number) * outputs, 1 / Math.sqrt(sizes[i] as number)),
      bias: noise(outputs, 0.1),
    })),
    blend: [1],
  };
}

export const attentionModel = (): Uint8Array => attentionRankerModel(attentionRanker());

/** The same with DIN's activation unit in place of the dot product. */
export const dinModel = (): Uint8Array => dinRankerModel(attentionRanker(), noise);
