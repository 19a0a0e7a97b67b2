import type { RankingRows } from '../rows.ts';

/** What attention reads of every list, beside its rows. */
export interface AttentionData {
  /** Of an item. */
  readonly attributes: number;
  readonly context: number;
  /** [rows x attributes]: rows of the table of embeddings, 0 = none. */
  readonly candidateIds: Int32Array;
  /** [lists + 1]: where each list's history begins. The first event of each is nothing: zeros in all that follows. */
  readonly offsets: Uint32Array;
  /** [events x attributes] */
  readonly historyIds: Int32Array;
  /** [events x context] */
  readonly eventContext: Float32Array;
  /** [candidates x events] of each list, one after the other. */
  readonly similarity: Float32Array;
}

/** What the network learns from. */
export interface NetworkData {
  readonly rows: RankingRows;
  readonly attention?: AttentionData;
  /** [heads]: what each logit counts in the score. */
  readonly blend: readonly number[];
  /** [rows x heads] what became of a row, in [0, 1], NaN = not known, and [heads] what each head's own loss counts. */
  readonly outcomes?: { readonly values: Float32Array; readonly weights: readonly number[] };
  /** [rows]: what each row counts in the losses of heads. */
  readonly rowWeights?: Float32Array;
}

export function longestList({ lists, offsets }: Pick<RankingRows, 'lists' | 'offsets'>): number {
  let longest = 0;
  for (let q = 0; q < lists; q++) longest = Math.max(longest, (offsets[q + 1] as number) - (offsets[q] as number));
  return longest;
}
