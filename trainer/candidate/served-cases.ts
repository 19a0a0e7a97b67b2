import type { Ordinal } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Retrieved } from '../../shared/retrieval/retrieved.ts';
import { historiesOf } from '../dataset/history.ts';
import { queriesOf, sampleQueries } from '../dataset/query.ts';
import { ndcgAt } from '../evaluate/metric.ts';
import type { RankingCase } from '../evaluate/rank.ts';
import { createRandom } from '../random.ts';
import { newestDistinct } from './by-neighbours.ts';
import { countBefore, type Interactions } from './interactions.ts';

/** What a release would have been asked in a part of the log: visitors' choices, each from all that the visitor did before. */
export interface ServedCases {
  readonly cases: readonly RankingCase[];
  /** Whether the surface shows nothing that the visitor chose before. */
  readonly hideHistory: boolean;
}

/** A source of a surface: items for the last of a visit, newest first. */
export type AskedSource = (seeds: readonly Ordinal[], limit: number) => Retrieved;

const judgedAt = 10;

/** Choices in [fromMs, toMs), at most `most`, the same number of every visitor as far as that goes. Choices that nothing came before are left out. */
export function servedCases(
  log: Interactions,
  { fromMs, toMs, hideHistory, most, seed }: { fromMs: number; toMs: number; hideHistory: boolean; most: number; seed: number },
): ServedCases {
  const historyOf = historiesOf(log);
  const seen = (user: number, tMs: number) => countBefore(historyOf(user).tMs, tMs);
  const queries = queriesOf(log, { fromMs, toMs }, hideHistory).filter(({ user, tMs }) => seen(user, tMs) > 0);
  const cases = sampleQueries(queries, most, createRandom(seed, 'served-cases')).map(({ user, tMs, targets }): RankingCase => {
    const { items, tMs: times } = historyOf(user);
    const end = seen(user, tMs);
    const history = { user: -1, items: items.subarray(0, end), tMs: times.subarray(0, end), nowMs: tMs };
    return { history, targets: Int32Array.from(targets) };
  });
  return { cases, hideHistory };
}

/** NDCG@10 of a source alone, asked as the edge asks it and for as many. 0 without cases. */
export function servedNdcg({ cases, hideHistory }: ServedCases, ask: AskedSource, asked: number): number {
  let sum = 0;
  for (const { history, targets } of cases) {
    const hidden = new Set(hideHistory ? history.items : []);
    const shown = ask(newestDistinct(history, limit.seeds), asked).ordinals.filter((item) => !hidden.has(item));
    const places = [...shown.subarray(0, judgedAt).keys()].filter((place) => targets.includes(shown[place] as number));
    sum += ndcgAt({ places, relevant: targets.length }, judgedAt);
  }
  return cases.length > 0 ? sum / cases.length : 0;
}
