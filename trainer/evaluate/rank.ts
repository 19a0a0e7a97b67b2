import type { FittedModel, History } from '../candidate/model.ts';
import type { Placement } from './metric.ts';

/** One question to a model that scores the whole catalogue: which items come next in this history? */
export interface RankingCase {
  readonly history: History;
  /** Ordinals, distinct, at least one. */
  readonly targets: Int32Array;
  /** With it the targets are ranked among these items alone, taken as a set; history items are then not left out. */
  readonly candidates?: Int32Array;
}

export interface RankRequest {
  readonly cases: readonly RankingCase[];
  readonly items: number;
  /** Length of the lists that are judged: places from here on are not told apart. */
  readonly k: number;
  /** Whether items of the history are left out of the lists. A target among them cannot be found then. */
  readonly hideHistory: boolean;
  /** Items that no list may hold, e.g. those that training never saw. */
  readonly hidden?: Int32Array;
}

/** Places of the targets below k, and the list that the model would show. */
export interface Ranked extends Placement {
  /** Up to k ordinals, best first. */
  readonly list: readonly number[];
}

/** Scores at a time: enough to keep a model busy, not more than some 64 MB. */
const batchHistories = 64;
const batchScores = 1 << 24;

/** Told where the targets of a case are. */
export type Visit = (index: number, ranked: Ranked) => void;

/**
 * Ranks the whole catalogue (or the given candidates) for every case. Ties count against the model: of equal scores the targets come last, and a target
 * of which the model has nothing to say (-Infinity) is nowhere. A list needs one pass over the scores with a threshold, not a sort.
 * @param also the same cases in another way, out of the same scores: asking is what takes time.
 * @throws Error when the model scores NaN.
 */
export function rankCases(
  model: FittedModel,
  request: RankRequest,
  visit: Visit,
  also?: { readonly request: RankRequest; readonly visit: Visit },
): void {
  const { cases, items } = request;
  if (also && also.request.cases.length !== cases.length)
    throw new RangeError(`rank: ${also.request.cases.length} cases in another way than ${cases.length}`);
  const size = Math.max(1, Math.min(batchHistories, Math.floor(batchScores / Math.max(1, items))));
  const scores = new Float32Array(Math.min(size, cases.length) * items);
  const rank = rankerOf(request);
  const other = also && { ...also, rank: rankerOf(also.request), row: new Float32Array(items) };
  for (let first = 0; first < cases.length; first += size) {
    const batch = cases.slice(first, first + size);
    model.score(
      batch.map(({ history }) => history),
      scores.subarray(0, batch.length * items),
    );
    for (let b = 0; b < batch.length; b++) {
      const row = scores.subarray(b * items, (b + 1) * items);
      if (other) {
        other.row.set(row);
        other.visit(first + b, other.rank(other.row, first + b));
      }
      visit(first + b, rank(row, first + b));
    }
  }
}

/** Ranks a row of scores, which it overwrites, for a case. */
function rankerOf(request: RankRequest): (row: Float32Array, index: number) => Ranked {
  const best = createBest(request.k);
  return (row, index) => {
    const one = request.cases[index] as RankingCase;
    return one.candidates ? rankAmong(row, one.targets, one.candidates, best) : rankAll(row, one, request, best);
  };
}

function rankAll(row: Float32Array, { history, targets }: RankingCase, request: RankRequest, best: Best): Ranked {
  if (request.hideHistory) for (const item of history.items) row[item] = Number.NEGATIVE_INFINITY;
  if (request.hidden) for (const item of request.hidden) row[item] = Number.NEGATIVE_INFINITY;
  const own = takeTargets(row, targets);
  best.clear();
  let threshold = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < row.length; i++) if ((row[i] as number) > threshold) threshold = best.add(i, row[i] as number);
  return merge(own, best, targets.length);
}

function rankAmong(row: Float32Array, targets: Int32Array, candidates: Int32Array, best: Best): Ranked {
  const own = takeTargets(row, targets);
  best.clear();
  let threshold = Number.NEGATIVE_INFINITY;
  for (const item of new Set(candidates)) if ((row[item] as number) > threshold) threshold = best.add(item, row[item] as number);
  return merge(own, best, targets.length);
}

interface Scored {
  readonly item: number;
  readonly score: number;
}

/** Takes the targets out of the row, best first. */
function takeTargets(row: Float32Array, targets: Int32Array): Scored[] {
  const own = Array.from(targets, (item) => ({ item, score: row[item] as number }));
  for (const { item, score } of own) {
    if (Number.isNaN(score)) throw new Error(`the model scored item ${item} NaN`);
    row[item] = Number.NEGATIVE_INFINITY;
  }
  return own.filter(({ score }) => score !== Number.NEGATIVE_INFINITY).sort((a, b) => b.score - a.score || a.item - b.item);
}

/** Others of the same score stand before a target. */
function merge(own: readonly Scored[], best: Best, relevant: number): Ranked {
  const places: number[] = [];
  const list: number[] = [];
  let other = 0;
  for (const { item, score } of own) {
    while (other < best.size() && best.score(other) >= score) list.push(best.item(other++));
    if (list.length >= best.k) break;
    places.push(list.length);
    list.push(item);
  }
  while (list.length < best.k && other < best.size()) list.push(best.item(other++));
  return { places, relevant, list: list.slice(0, best.k) };
}

type Best = ReturnType<typeof createBest>;

/** The k best so far in descending order; of equal scores the first comer stands first. k is small, so that a shift is cheaper than a heap. */
function createBest(k: number) {
  const items = new Int32Array(k);
  const scores = new Float32Array(k);
  let size = 0;
  return {
    k,
    clear: () => {
      size = 0;
    },
    size: () => size,
    item: (place: number) => items[place] as number,
    score: (place: number) => scores[place] as number,
    /** @param score above the threshold that the last call answered. @returns what a score has to exceed to enter. */
    add(item: number, score: number): number {
      let at = size < k ? size++ : k - 1;
      for (; at > 0 && (scores[at - 1] as number) < score; at--) {
        scores[at] = scores[at - 1] as number;
        items[at] = items[at - 1] as number;
      }
      scores[at] = score;
      items[at] = item;
      return size < k ? Number.NEGATIVE_INFINITY : (scores[k - 1] as number);
    },
  };
}
