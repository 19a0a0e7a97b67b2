import type { FittedRanker, RankerModel } from '../ranker.ts';
import { emptyColumns, noPositive } from '../rows.ts';
import { standardiseInto } from '../standardise.ts';
import { encodeNetwork, type TrainedNetwork } from './encode.ts';
import { predict } from './library.ts';
import type { BuildNetwork } from './network.ts';
import { type CustomSettings, trainNetwork } from './train.ts';

/** Rows that TensorFlow.js trains a second on its WASM backend, for networks of a few thousand weights. */
const rowsPerSecond = 20_000;
const rowsAtOnce = 4096;

/** A network of the site's own as a ranker. @param columns features that it will see. */
export const customRanker = (name: string, build: BuildNetwork, columns: readonly string[]): RankerModel<CustomSettings> => ({
  name,
  summary: "a network of the site's configuration, listwise softmax cross-entropy on TensorFlow.js",
  defaults: () => ({ epochs: 8, learningRate: 0.003, batch: 16, patience: 3 }),
  cost: ({ labels, columns: width }, { epochs }) => ({
    seconds: (epochs * labels.length) / rowsPerSecond,
    bytes: 8 * width * rowsAtOnce,
  }),
  refusal: (rows) => (rows.lists < 2 ? `${rows.lists} lists` : (emptyColumns(rows) ?? noPositive(rows))),
  async fit(rows, settings, { seed, stream }) {
    return fittedNetwork(await trainNetwork(build, rows, { ...settings, columns, seed, stream }));
  },
});

const fittedNetwork = ({ network, standard }: TrainedNetwork): FittedRanker => ({
  standard,
  score({ features, labels, columns }) {
    const width = 2 * columns;
    const scores = new Float32Array(labels.length);
    const chunk = new Float64Array(rowsAtOnce * width);
    for (let row = 0; row < labels.length; row += rowsAtOnce) {
      const n = Math.min(rowsAtOnce, labels.length - row);
      standardiseInto(standard, features, row, n, chunk);
      scores.set(predict(network, Float32Array.from(chunk.subarray(0, n * width)), n), row);
    }
    return scores;
  },
  encode: (columns) => encodeNetwork({ network, standard }, columns),
});
