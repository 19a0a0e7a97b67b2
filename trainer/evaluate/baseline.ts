import type { Interactions } from '../candidate/interactions.ts';
import type { FittedModel } from '../candidate/model.ts';
import { sameForAll } from '../candidate/same-for-all.ts';
import { createRandom } from '../random.ts';

/** Number of interactions of every item: the line that everything has to be above. */
export function countModel(log: Interactions): FittedModel {
  const counts = new Float32Array(log.items);
  for (const item of log.item) counts[item] = (counts[item] as number) + 1;
  return sameForAll(counts);
}

/** A random order for every history: xorshift (Marsaglia 2003), because all users times all items of a large data set are a billion draws. */
export function randomModel(items: number, seed: number): FittedModel {
  let state = 1 + Math.floor(createRandom(seed, 'random-model').uniform() * 2 ** 30);
  return {
    bytes: 0,
    artifact: {},
    score(histories, out) {
      for (let i = 0; i < histories.length * items; i++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        out[i] = state;
      }
    },
  };
}
