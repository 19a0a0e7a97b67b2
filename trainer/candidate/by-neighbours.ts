import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import type { FittedModel, History } from './model.ts';
import { checkOut } from './same-for-all.ts';

/** How the items of a history speak together. */
export interface Mixture {
  /** The last so many distinct items of a history speak; Infinity: all. */
  readonly last: number;
  /** The newest has weight 1, each one before it so many times the weight of the next. 1: all the same. */
  readonly decay: number;
}

/** @throws RangeError. */
export function checkMixture(model: string, { last, decay }: Mixture): void {
  if (!(last >= 1)) throw new RangeError(`${model}: last, at least 1, expected, not ${last}`);
  if (!(decay > 0 && decay <= 1)) throw new RangeError(`${model}: decay in (0, 1] expected, not ${decay}`);
}

/** The last distinct items of a history, newest first. */
export function newestDistinct({ items }: History, last: number): number[] {
  const chosen = new Set<number>();
  for (let at = items.length - 1; at >= 0 && chosen.size < last; at--) chosen.add(items[at] as number);
  return [...chosen];
}

/**
 * score(j) = sum over the last distinct items i of a history, newest first, of decay^rank * similarity(i, j), as `shared/retrieval/similar.ts` serves it.
 * @param served Longest list per item in a release. @param again By item, what the newest of a history says of itself: never in a release.
 */
export function byNeighbours(table: SimilarTable, mixture: Mixture, served: number, again?: Float32Array): FittedModel {
  const { n, offsets, ordinals, scores } = table;
  let artifact: SimilarTable | undefined;
  return {
    bytes: offsets.byteLength + ordinals.byteLength + scores.byteLength + (again?.byteLength ?? 0),
    score(histories, out) {
      checkOut(histories, out, n);
      out.fill(0);
      for (const [h, history] of histories.entries()) {
        const row = h * n;
        let weight = 1;
        const newest = history.items.at(-1);
        if (again && newest !== undefined) out[row + newest] = again[newest] as number;
        for (const i of newestDistinct(history, mixture.last)) {
          for (let at = offsets[i] as number; at < (offsets[i + 1] as number); at++) {
            const j = row + (ordinals[at] as number);
            out[j] = (out[j] as number) + weight * (scores[at] as number);
          }
          weight *= mixture.decay;
        }
      }
      for (let at = 0; at < out.length; at++) if (out[at] === 0) out[at] = Number.NEGATIVE_INFINITY;
    },
    get artifact() {
      artifact ??= shortened(table, served);
      return { neighbours: artifact };
    },
  };
}

/** The same lists, none longer than `longest`. */
function shortened(table: SimilarTable, longest: number): SimilarTable {
  const offsets = new Uint32Array(table.n + 1);
  for (let i = 0; i < table.n; i++)
    offsets[i + 1] = (offsets[i] as number) + Math.min(longest, (table.offsets[i + 1] as number) - (table.offsets[i] as number));
  const ordinals = new Uint32Array(offsets[table.n] ?? 0);
  const scores = new Float32Array(ordinals.length);
  for (let i = 0; i < table.n; i++) {
    const start = table.offsets[i] as number;
    const length = (offsets[i + 1] as number) - (offsets[i] as number);
    ordinals.set(table.ordinals.subarray(start, start + length), offsets[i]);
    scores.set(table.scores.subarray(start, start + length), offsets[i]);
  }
  return { n: table.n, offsets, ordinals, scores };
}
