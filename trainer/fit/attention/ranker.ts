import { rememberedShape } from '../../../shared/feature/remembered.ts';
import { type AttentionWeights, attentionRankerModel } from '../../onnx/attention.ts';
import { createActivations, forward } from '../network/dense.ts';
import { type AttentionBlocks, attentionInputs, type Block, denseLayers, type Layout, unpadded } from '../network/layout.ts';
import type { TrainedNetwork } from '../network/train.ts';
import type { FittedRanker } from '../ranker.ts';
import type { RankingRows } from '../rows.ts';
import { standardiseInto } from '../standardise.ts';
import { historiesOf, isRemembered } from './data.ts';
import { attend } from './score.ts';

function weightsOf(values: Float32Array, { shape }: Layout, blocks: AttentionBlocks): AttentionWeights {
  const whole = (block: Block) => unpadded(values, block, block.rows, block.columns);
  const context = shape.attention?.context ?? 0;
  const dim = blocks.table.columns;
  return {
    dim,
    table: whole(blocks.table),
    query: whole(blocks.query),
    value: whole(blocks.value),
    contextValue: unpadded(values, blocks.contextValue, context, dim),
    contextBias: unpadded(values, blocks.contextBias, 1, context),
    similarityWeight: values[blocks.similarityWeight.at] as number,
  };
}

/** A trained network with attention as it is released. @throws Error for rows of which no history is known, when it scores */
export function attentionRanker({ standard, layout, values }: TrainedNetwork, blend: readonly number[]): FittedRanker {
  if (!layout.attention) throw new Error('attentionRanker: a network without attention');
  const weights = weightsOf(values, layout, layout.attention);
  const layers = denseLayers(layout, values);
  const columns = standard.mean.length;
  const width = 2 * columns + attentionInputs(weights.dim);
  let inputs = width;
  const exact = layers.map(({ weights, bias, outputs }) => {
    const layer = { inputs, outputs, weights: Float64Array.from(weights), bias: Float64Array.from(bias) };
    inputs = outputs;
    return layer;
  });
  return {
    standard,
    history: (rows, list) => historiesOf(remembered(rows))(list),
    score(rows) {
      const inputOf = historiesOf(remembered(rows));
      const scores = new Float32Array(rows.labels.length);
      for (let q = 0; q < rows.lists; q++) {
        const [row, end] = [rows.offsets[q] as number, rows.offsets[q + 1] as number];
        const activations = createActivations({ layers: exact }, end - row);
        const x = activations[0] as Float64Array;
        standardiseInto(standard, rows.features, row, end - row, x, width);
        attend(weights, inputOf(q), { out: x, from: 2 * columns, step: width });
        const logits = forward({ layers: exact }, activations, end - row);
        for (let r = row; r < end; r++)
          scores[r] = blend.reduce((sum, weight, k) => sum + weight * (logits[(r - row) * blend.length + k] as number), 0);
      }
      return scores;
    },
    encode: (names) =>
      attentionRankerModel({ ...names, ...standard, history: rememberedShape, attention: weights, layers, blend }),
  };
}

function remembered(rows: RankingRows) {
  if (!isRemembered(rows)) throw new Error('attention: rows without items and histories');
  return rows;
}
