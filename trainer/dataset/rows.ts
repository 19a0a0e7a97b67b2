import { assemble } from '../../shared/feature/assemble.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import { servedOf } from '../../shared/release/cascade.ts';
import type { RankingRows } from '../fit/rows.ts';
import { type Random, shuffle } from '../random.ts';
import { candidatesOf, contextOf, pickCandidates, type Retrieval } from './candidates.ts';
import type { Query } from './query.ts';
import { type ReplayInput, replay } from './replay.ts';

export interface CollectedRows {
  readonly light: RankingRows;
  readonly heavy: RankingRows;
  /** Queries that were asked. */
  readonly queries: number;
  /** Queries of which at least one target was among the candidates: the lists. */
  readonly retrieved: number;
}

/**
 * Lists for both rankers: for each query the targets that the cascade retrieved, and negatives drawn from what it retrieved beside them and the policy
 * would have let through. A query whose targets were not retrieved gives no list: a target put in by hand would have no source scores, and the ranker
 * would learn that missing scores are good. It counts as a miss in the evaluation.
 */
export function collectRows(
  input: ReplayInput,
  retrieval: Retrieval,
  sampling: { readonly queries: readonly Query[]; readonly negatives: number; readonly random: Random },
): CollectedRows {
  const { features, items, surface } = retrieval;
  const light: Float32Array[] = [];
  const heavy: Float32Array[] = [];
  const labels: number[] = [];
  const offsets = [0];
  replay(input, sampling.queries, (query, world) => {
    const candidates = candidatesOf(retrieval, query, world);
    const chosen: number[] = [];
    const others: number[] = [];
    for (const [i, ordinal] of candidates.ordinals.entries()) {
      if (query.targets.includes(ordinal)) chosen.push(i);
      else if (!(surface.rules.excludeSeen && world.seen.has(items[ordinal]?.id as never))) others.push(i);
    }
    if (chosen.length === 0 || others.length === 0) return;
    const order = Int32Array.from(others);
    shuffle(order, sampling.random);
    const picked = pickCandidates(candidates, [...chosen, ...order.subarray(0, sampling.negatives)]);
    const n = picked.ordinals.length;
    const served = servedOf({ features, items, catalog: world.catalog(picked.ordinals) }, picked, contextOf(world.nowMs));
    const known = Array.from(picked.ordinals, (ordinal) => input.historyItems[ordinal] as (typeof input.historyItems)[number]);
    light.push(assemble(features, 'light', n, served));
    heavy.push(assemble(features, 'heavy', n, served, deviceValues(features, world.user, known, world.nowMs)));
    for (let i = 0; i < n; i++) {
      const target = i < chosen.length ? query.targets.indexOf(picked.ordinals[i] as number) : -1;
      labels.push(target < 0 ? 0 : (query.weights[target] as number));
    }
    offsets.push(labels.length);
  });
  const shape = { lists: offsets.length - 1, offsets: Uint32Array.from(offsets), labels: Float32Array.from(labels) };
  const rowsOf = (blocks: readonly Float32Array[], columns: number): RankingRows => {
    const all = new Float32Array(labels.length * columns);
    for (const [q, block] of blocks.entries()) all.set(block, (offsets[q] as number) * columns);
    return { ...shape, columns, features: all };
  };
  return {
    light: rowsOf(light, features.columns.light.length),
    heavy: rowsOf(heavy, features.columns.heavy.length),
    queries: sampling.queries.length,
    retrieved: offsets.length - 1,
  };
}
