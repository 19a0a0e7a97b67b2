import type { Ordinal } from '../contract/id.ts';

/** What a source found: candidates in its order, best first; scores never ascend. Each ordinal at most once. */
export interface Retrieved {
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
}

/** Nothing found. */
export const nothing: Retrieved = { ordinals: new Uint32Array(0), scores: new Float32Array(0) };

/** The first `limit` of a list, as views. */
export const head = ({ ordinals, scores }: Retrieved, limit: number): Retrieved => ({
  ordinals: ordinals.subarray(0, limit),
  scores: scores.subarray(0, limit),
});

/** The first `limit` of a list without some ordinals; order kept. */
export function without(list: Retrieved, excluded: readonly Ordinal[], limit: number): Retrieved {
  const ordinals = new Uint32Array(Math.min(limit, list.ordinals.length));
  const scores = new Float32Array(ordinals.length);
  let n = 0;
  for (let i = 0; i < list.ordinals.length && n < ordinals.length; i++) {
    const ordinal = list.ordinals[i] as number;
    if (excluded.includes(ordinal)) continue;
    ordinals[n] = ordinal;
    scores[n++] = list.scores[i] as number;
  }
  return head({ ordinals, scores }, n);
}
