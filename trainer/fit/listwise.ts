import { denseRanker } from './dense-ranker.ts';
import { denseLayers } from './network/layout.ts';
import { type NetworkSettings, trainNetwork } from './network/train.ts';
import type { RankerModel } from './ranker.ts';
import { emptyColumns, noPositive } from './rows.ts';

/** Multiplications of a forward and backward pass that take a second on the machine that costs are told for. */
const productsPerSecond = 4e9;

const productsOf = (columns: number, hidden: readonly number[]): number => {
  const widths = [2 * columns, ...hidden, 1];
  return widths.slice(1).reduce((sum, outputs, l) => sum + outputs * (widths[l] as number), 0);
};

/** A small multilayer perceptron by listwise softmax cross-entropy (Cao et al. 2007). */
export const listwiseModel: RankerModel<NetworkSettings> = {
  name: 'listwise',
  summary: 'dense network, listwise softmax cross-entropy',
  defaults: () => ({ hidden: [32, 16], epochs: 8, learningRate: 0.003, weightDecay: 0.01 }),
  cost: ({ columns, labels }, { hidden, epochs }) => ({
    seconds: (3 * epochs * labels.length * productsOf(columns, hidden)) / productsPerSecond,
    bytes: 64 * productsOf(columns, hidden),
  }),
  refusal: (rows) => (rows.lists < 2 ? `${rows.lists} lists` : (emptyColumns(rows) ?? noPositive(rows))),
  async fit(rows, settings, { seed, stream, threads }) {
    const { standard, layout, values } = await trainNetwork(
      { rows, blend: [1] },
      { heads: 1 },
      { ...settings, seed, stream, threads },
    );
    return denseRanker({ ...standard, layers: denseLayers(layout, values) });
  },
};
