import type { Random } from '../../random.ts';
import type { Interactions } from '../interactions.ts';
import { collapsed } from '../sequences.ts';

/** Training material: every visitor's interactions end to end, items numbered among those that were met. */
export interface Material {
  /** Item numbers, [places]. */
  readonly item: Int32Array;
  /** Windows of at most `last` steps: inputs are places from[w] to to[w], targets those one further on. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Held-out last interactions: histories are places start to at, the target is at `at`. */
  readonly validation: readonly { readonly start: number; readonly at: number }[];
  /** Number by ordinal, -1 for an item that nobody met; ordinal by number. */
  readonly numberOf: Int32Array;
  readonly ordinals: Int32Array;
  /** By number: the item's share of the places. */
  readonly share: Float64Array;
}

/** Sequences shorter than that stay in training whole. */
const leastForValidation = 3;

/** @param validationShare of the visitors, drawn at random, at most `mostValidated`: their last interaction only decides when to stop. */
export function materialOf(
  log: Interactions,
  last: number,
  random: Random,
  validationShare: number,
  mostValidated: number,
): Material {
  const { user, item: ordinal } = collapsed(log);
  const numberOf = new Int32Array(log.items).fill(-1);
  const ordinals: number[] = [];
  const item = Int32Array.from(ordinal, (own) => {
    if ((numberOf[own] as number) < 0) numberOf[own] = ordinals.push(own) - 1;
    return numberOf[own] as number;
  });
  const share = new Float64Array(ordinals.length);
  for (const i of item) share[i] = (share[i] as number) + 1 / item.length;
  const [from, to]: [number[], number[]] = [[], []];
  const validation: { start: number; at: number }[] = [];
  const chance = Math.min(validationShare, mostValidated / Math.max(1, log.users));
  for (let start = 0; start < item.length; ) {
    let end = start;
    while (end < item.length && user[end] === user[start]) end++;
    let trained = end;
    if (end - start >= leastForValidation && random.uniform() < chance) validation.push({ start, at: --trained });
    // From the end, so that the newest window is whole.
    for (let stop = trained - 1; stop > start; stop -= last) {
      from.push(Math.max(start, stop - last));
      to.push(stop);
    }
    start = end;
  }
  return {
    item,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    validation,
    numberOf,
    ordinals: Int32Array.from(ordinals),
    share,
  };
}
