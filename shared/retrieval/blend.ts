import { type SourceName, sourceNames } from '../contract/surface.ts';
import type { Retrieved } from './retrieved.ts';
import { top } from './top.ts';
import { createUnion } from './union.ts';

export interface BlendInput {
  readonly source: SourceName;
  /** > 0. */
  readonly weight: number;
  readonly list: Retrieved;
}

/** Candidates of all sources, best first. Columns: index i of each belongs to candidate i. */
export interface Blended {
  readonly ordinals: Uint32Array;
  /** Bit s is set when `sourceNames[s]` proposed the candidate. */
  readonly sources: Uint32Array;
  /** Fused score, descending. */
  readonly scores: Float32Array;
  /** What each source said; NaN where it did not propose the candidate. Only sources that were asked. */
  readonly sourceScores: Readonly<Partial<Record<SourceName, Float32Array>>>;
}

/** Damping of reciprocal-rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009. */
const damping = 60;

/**
 * Weighted reciprocal-rank fusion: score = sum over sources of weight / (60 + rank), rank from 1. Ranks, not scores, so that
 * sources need no common scale. Equal scores: lower ordinal first.
 */
export function blend(lists: readonly BlendInput[], limit: number): Blended {
  const union = createUnion(lists.reduce((sum, { list }) => sum + list.ordinals.length, 0));
  const sums = new Float32Array(union.ordinals.length);
  for (const { weight, list } of lists) {
    for (let rank = 0; rank < list.ordinals.length; rank++) {
      const slot = union.slotOf(list.ordinals[rank] as number);
      sums[slot] = (sums[slot] as number) + weight / (damping + 1 + rank);
    }
  }
  const { ordinals, scores } = top(union.ordinals, sums, union.size(), limit);
  const row = new Int32Array(union.size()).fill(-1);
  for (let i = 0; i < ordinals.length; i++) row[union.slotOf(ordinals[i] as number)] = i;
  const sources = new Uint32Array(ordinals.length);
  const sourceScores: Partial<Record<SourceName, Float32Array>> = {};
  for (const { source, list } of lists) {
    const column = sourceScores[source] ?? new Float32Array(ordinals.length).fill(Number.NaN);
    sourceScores[source] = column;
    const bit = 1 << sourceNames.indexOf(source);
    for (let rank = 0; rank < list.ordinals.length; rank++) {
      const i = row[union.slotOf(list.ordinals[rank] as number)] as number;
      if (i < 0) continue;
      sources[i] = (sources[i] as number) | bit;
      // A source that was asked twice counts with its better answer.
      if (!((column[i] as number) >= (list.scores[rank] as number))) column[i] = list.scores[rank] as number;
    }
  }
  return { ordinals, sources, scores, sourceScores };
}
