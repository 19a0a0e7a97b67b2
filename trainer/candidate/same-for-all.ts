import type { FittedModel, History } from './model.ts';

/** A fitted model that scores items alike for every history. @param scores By ordinal; -Infinity: nothing is known of the item. */
export function sameForAll(scores: Float32Array): FittedModel {
  return {
    bytes: scores.byteLength,
    score(histories, out) {
      checkOut(histories, out, scores.length);
      for (let h = 0; h < histories.length; h++) out.set(scores, h * scores.length);
    },
    artifact: { scores },
  };
}

/** @throws RangeError unless `out` is [histories x items]. */
export function checkOut(histories: readonly History[], out: Float32Array, items: number): void {
  if (out.length !== histories.length * items)
    throw new RangeError(`score: ${histories.length} histories x ${items} items do not fill an array of ${out.length}`);
}
