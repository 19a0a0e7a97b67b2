import { openOps } from '../../neural/ops.ts';
import { createRandom } from '../../random.ts';
import type { CandidateArtifact, FittedModel } from '../model.ts';
import { checkOut } from '../same-for-all.ts';
import { userTowerModel } from './encoder.ts';
import { createActivations, createUserTower, type Network, userVectors } from './network.ts';

/** What training leaves: vectors of all items, those that are known, and the user tower. */
export interface Trained {
  readonly network: Pick<Network, 'shape' | 'dense'>;
  /** [items x rank], zeros where `known` is 0. */
  readonly vectors: Float32Array;
  /** Whether an item has a vector: it was met, or has attributes. */
  readonly known: Uint8Array;
}

const historiesAtOnce = 64;
const itemsAtOnce = 4096;

/** Scores by the same kernels on the calling thread. Copies what it needs: the memory of training may go. */
export async function fittedTwoTower({ network: { shape, dense }, vectors, known }: Trained): Promise<FittedModel> {
  const { items, rank, last, segments } = shape;
  const ops = await openOps({ threads: 1, scratchBytes: 1 << 16 });
  const tower = createUserTower(ops, shape, createRandom(0, 'unused'));
  tower.dense.values.set(dense.values);
  const table = ops.matrix(items, rank);
  table.values.set(vectors);
  const activations = createActivations(ops, shape, historiesAtOnce);
  const [starts, slots] = [ops.indices(historiesAtOnce + 1), ops.indices(historiesAtOnce * last)];
  const own = ops.indices(historiesAtOnce);
  const turned = ops.matrix(rank, historiesAtOnce);
  const products = ops.matrix(Math.min(items, itemsAtOnce), historiesAtOnce);
  let encoder: Uint8Array | undefined;
  return {
    bytes: ops.pool.bytes + known.byteLength,
    score(histories, out) {
      checkOut(histories, out, items);
      for (let from = 0; from < histories.length; from += historiesAtOnce) {
        const some = histories.slice(from, from + historiesAtOnce);
        let entries = 0;
        for (const [r, { items: past, segment = -1 }] of some.entries()) {
          starts[r] = entries;
          for (const item of lastOf(past, last)) slots[entries++] = item;
          own[r] = segment >= 0 && segment < segments ? segment : segments;
        }
        starts[some.length] = entries;
        userVectors(ops, tower, { rows: some.length, starts, slots, vectors: table, segments: own }, activations);
        ops.transpose(activations.out, turned, historiesAtOnce);
        for (let first = 0; first < items; first += itemsAtOnce) {
          const rows = Math.min(itemsAtOnce, items - first);
          ops.product({ ...table, at: table.at + first * table.step }, turned, products, { rows });
          for (let h = 0; h < some.length; h++)
            for (let i = 0; i < rows; i++)
              out[(from + h) * items + first + i] = known[first + i]
                ? (products.values[i * historiesAtOnce + h] as number)
                : Number.NEGATIVE_INFINITY;
        }
      }
    },
    get artifact(): CandidateArtifact {
      encoder ??= userTowerModel(tower);
      return { vectors: { items, rank, values: table.values.slice() }, encoder };
    },
  };
}

/** The last interactions, oldest first, immediate repeats collapsed as in training. */
function lastOf(items: Int32Array, last: number): number[] {
  const chosen: number[] = [];
  for (let at = items.length - 1; at >= 0 && chosen.length < last; at--)
    if (items[at] !== chosen.at(-1)) chosen.push(items[at] as number);
  return chosen.reverse();
}
