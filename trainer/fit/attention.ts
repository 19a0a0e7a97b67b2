import { attributeRows, rememberedShape } from '../../shared/feature/remembered.ts';
import { attentionData, isRemembered } from './attention/data.ts';
import { type HeadSettings, headData, headsOf } from './attention/heads.ts';
import { attentionRanker } from './attention/ranker.ts';
import { inputsOf } from './network/layout.ts';
import { type NetworkSettings, trainNetwork } from './network/train.ts';
import type { RankerModel } from './ranker.ts';
import { emptyColumns, noPositive, type RankingRows } from './rows.ts';

export interface AttentionSettings extends NetworkSettings, HeadSettings {
  /** Width of embeddings, a multiple of 8. */
  readonly dim: number;
}

/** Multiplications of a forward and backward pass that take a second on the machine that costs are told for. */
const productsPerSecond = 8e9;
const shapeOf = (dim: number) => ({ ids: attributeRows, dim, context: rememberedShape.context });

/** Of a row; the history's part is counted as if each were full. */
function productsOf({ columns }: RankingRows, { hidden, dim }: AttentionSettings): number {
  const widths = [inputsOf({ columns, hidden, heads: 1, attention: shapeOf(dim) }), ...hidden, 1];
  return 150 * dim + widths.slice(1).reduce((sum, outputs, l) => sum + outputs * (widths[l] as number), 0);
}

/**
 * A neural ranker with target attention over the visitor's history (after DIN, Zhou et al. 2018) and a logit per objective: listwise softmax cross-entropy of
 * their weighted sum, and a log-loss of each where outcomes are known. A sum of logits, so that the score of one objective alone is not squashed.
 */
export const attentionModel: RankerModel<AttentionSettings> = {
  name: 'attention',
  summary: 'network with target attention over the history on the device, several objectives',
  defaults: () => ({
    hidden: [64, 32],
    dim: 16,
    epochs: 8,
    learningRate: 0.003,
    weightDecay: 0.01,
    clickWeight: 1,
    dwellWeight: 0.5,
    conversionWeight: 1,
    outcomeWeight: 1,
  }),
  cost: (rows, settings) => ({
    seconds: (3 * settings.epochs * rows.labels.length * productsOf(rows, settings)) / productsPerSecond,
    bytes: 16 * (rows.labels.length * 64 + 10 * attributeRows * settings.dim),
  }),
  refusal: (rows) => {
    if (rows.lists < 2) return `${rows.lists} lists`;
    return emptyColumns(rows) ?? noPositive(rows) ?? (isRemembered(rows) ? undefined : 'rows without items and histories');
  },
  async fit(rows, settings, { seed, stream, threads }) {
    checkSettings(settings);
    if (!isRemembered(rows)) throw new RangeError('attention: rows without items and histories');
    const heads = headsOf(rows);
    const own = headData(rows, heads, settings);
    const trained = await trainNetwork(
      { rows, attention: attentionData(rows), ...own },
      { heads: heads.length, attention: shapeOf(settings.dim) },
      { ...settings, seed, stream, threads },
    );
    return attentionRanker(trained, own.blend);
  },
};

function checkSettings({ hidden, dim, ...rest }: AttentionSettings): void {
  if (!(Number.isSafeInteger(dim) && dim >= 8 && dim <= 64 && dim % 8 === 0))
    throw new RangeError(`attention: dim is a multiple of 8 up to 64; got ${dim}`);
  if (hidden.length === 0) throw new RangeError('attention: at least one hidden layer');
  for (const name of ['clickWeight', 'dwellWeight', 'conversionWeight', 'outcomeWeight'] as const)
    if (!(rest[name] >= 0 && Number.isFinite(rest[name])))
      throw new RangeError(`attention: ${name} is from 0; got ${rest[name]}`);
}
