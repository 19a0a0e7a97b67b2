import { openOps } from '../../neural/ops.ts';
import { attentionScratchBytes } from '../../neural/transformer.ts';
import { createRandom } from '../../random.ts';
import type { CandidateArtifact, FittedModel, History } from '../model.ts';
import { checkOut } from '../same-for-all.ts';
import { encoderModel } from './encoder.ts';
import { createNetwork, type Network } from './network.ts';
import { createScorer } from './score.ts';
import type { Material } from './windows.ts';

const tokensAtOnce = 4096;

/** Scores by the same kernels on the calling thread. Copies what it needs: the memory of training may go. @param items of the catalogue. */
export async function fittedSequenceNet(trained: Network, { numberOf, ordinals }: Material, items: number): Promise<FittedModel> {
  const { shape } = trained;
  const capacity = Math.max(tokensAtOnce, shape.last);
  const ops = await openOps({ threads: 1, scratchBytes: attentionScratchBytes(shape.last, shape.rank / shape.heads) });
  const network = createNetwork(ops, shape, { capacity, random: createRandom(0, 'unused'), trained: false });
  network.table.values.set(trained.table.values);
  network.places.values.set(trained.places.values);
  network.transformer.parameters.values.set(trained.transformer.parameters.values);
  const scorer = createScorer(ops, network, capacity);
  const { rank } = shape;
  let encoder: Uint8Array | undefined;
  return {
    bytes: ops.pool.bytes + numberOf.byteLength + ordinals.byteLength,
    score(histories, out) {
      checkOut(histories, out, items);
      out.fill(Number.NEGATIVE_INFINITY);
      const known = histories.map((history) => numbersOf(history, numberOf));
      scorer.score(known, (h, score) => {
        if ((known[h] as Int32Array).length === 0) return;
        for (const [number, ordinal] of ordinals.entries()) out[h * items + ordinal] = score(number);
      });
    },
    get artifact(): CandidateArtifact {
      encoder ??= encoderModel(network);
      const values = new Float32Array(items * rank);
      for (const [number, ordinal] of ordinals.entries())
        values.set(network.table.values.subarray(number * rank, (number + 1) * rank), ordinal * rank);
      return { vectors: { items, rank, values }, encoder };
    },
  };
}

/** Items that training met, immediate repeats collapsed. */
function numbersOf({ items }: History, numberOf: Int32Array): Int32Array {
  const numbers = items.map((item) => numberOf[item] as number).filter((number) => number >= 0);
  return numbers.filter((number, p) => p === 0 || number !== numbers[p - 1]);
}
