import { createRandom, shuffle } from '../random.ts';
import { meanOf, ndcgOfLists } from './judge.ts';
import type { FittedRanker } from './ranker.ts';
import type { RankingRows } from './rows.ts';

export interface PermutationSettings {
  readonly seed: number;
  /** Shuffles of each column, of which the mean is taken; 1 where absent. */
  readonly repeats?: number;
  /** Of NDCG; 10 where absent. */
  readonly k?: number;
}

export interface PermutationImportance {
  /** Mean NDCG@k of the lists as they are. */
  readonly ndcg: number;
  /** [columns]: by how much it falls when the column's values are shuffled over all rows. Below 0: the ranker is better off without. */
  readonly drops: Float64Array;
}

/**
 * What each column is worth to a ranker (Breiman 2001, on NDCG): on lists that it was not fitted on, else what it has learnt by heart counts too. Takes
 * columns x repeats scorings of all rows, which stay as they are. @throws RangeError without a list.
 */
export function permutationImportance(
  ranker: Pick<FittedRanker, 'score'>,
  rows: RankingRows,
  { seed, repeats = 1, k = 10 }: PermutationSettings,
): PermutationImportance {
  if (rows.lists === 0) throw new RangeError('permutation importance: no list to judge on');
  const { columns } = rows;
  const features = rows.features.slice();
  const shuffled = { ...rows, features };
  const ndcgOf = (asked: RankingRows) => meanOf(ndcgOfLists(asked, ranker.score(asked), k));
  const ndcg = ndcgOf(rows);
  const order = Int32Array.from({ length: rows.labels.length }, (_, row) => row);
  const drops = Float64Array.from({ length: columns }, (_, column) => {
    const random = createRandom(seed, `permutation/${column}`);
    let drop = 0;
    for (let turn = 0; turn < repeats; turn++) {
      shuffle(order, random);
      for (const [row, from] of order.entries())
        features[row * columns + column] = rows.features[from * columns + column] as number;
      drop += (ndcg - ndcgOf(shuffled)) / repeats;
    }
    for (let at = column; at < features.length; at += columns) features[at] = rows.features[at] as number;
    return drop;
  });
  return { ndcg, drops };
}
