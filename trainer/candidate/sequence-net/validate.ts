import type { Ops } from '../../neural/ops.ts';
import type { Network } from './network.ts';
import { createScorer } from './score.ts';
import type { Material } from './windows.ts';

const k = 10;

/** NDCG@10 of the held-out interactions among all items that anybody met, those of the history left out unless the answer is among them. */
export function createValidation(ops: Ops, network: Network, material: Material, capacity: number): () => number {
  const scorer = createScorer(ops, network, capacity);
  const { items } = network.shape;
  const histories = material.validation.map(({ start, at }) => material.item.subarray(start, at));
  const hidden = new Uint8Array(items);
  return () => {
    let sum = 0;
    scorer.score(histories, (h, score) => {
      const { at } = material.validation[h] as Material['validation'][number];
      const target = material.item[at] as number;
      const own = histories[h] as Int32Array;
      const isRepeat = own.includes(target);
      if (!isRepeat) for (const item of own) hidden[item] = 1;
      let place = 0;
      const mark = score(target);
      for (let i = 0; i < items && place < k; i++) if (!hidden[i] && i !== target && score(i) >= mark) place++;
      if (place < k) sum += 1 / Math.log2(2 + place);
      for (const item of own) hidden[item] = 0;
    });
    return histories.length > 0 ? sum / histories.length : 0;
  };
}
