import type { HistoryItem } from '../../shared/feature/history.ts';

/**
 * Lists to learn an order from: list q holds rows `offsets[q]` to `offsets[q + 1]`. Lists are in time order, so that the last ones can
 * judge when to stop.
 */
export interface RankingRows {
  /** Number of features. */
  readonly columns: number;
  readonly lists: number;
  /** [lists + 1]. */
  readonly offsets: Uint32Array;
  /** Row-major [rows x columns]; NaN = missing. */
  readonly features: Float32Array;
  /** [rows]: label weight of what was chosen, 0 of what was not. A list without a positive teaches no order, and does no harm. */
  readonly labels: Float32Array;
  /** Columns whose values are codes without an order, whole numbers from 0. Rankers that can, learn what each code is worth. */
  readonly categorical?: readonly number[];
  /** [rows]: ordinals of the items. Absent, like what follows, where rows are of no catalogue (libsvm files). */
  readonly items?: Int32Array;
  /** By ordinal: what rankers may know of the items of rows and histories. */
  readonly catalogue?: readonly HistoryItem[];
  /** [lists]: when the visitor was asked, in milliseconds since 1970. */
  readonly tMs?: Float64Array;
  /** By list: what the visitor's device remembered. */
  readonly histories?: Histories;
  /** [rows]: 0-based place where the item was shown; -1: not in a logged slate. */
  readonly positions?: Int16Array;
  /** [rows]: probability of the item at that place under the policy that showed it; NaN: not known. */
  readonly propensities?: Float32Array;
  /** [rows]: P(looked at) of the row's place, above 0, at most 1. Rankers that can explain a choice by it: the score is what is left. Training only. */
  readonly examination?: Float32Array;
  /** [rows]: how much a label counts, from 0; without it 1. Training only. */
  readonly weights?: Float32Array;
  /** [rows]: scores of a stronger ranker for the same candidates, to learn from (distil.ts). Training only. */
  readonly teacher?: Float32Array;
  /** [rows] by objective: what came of it; NaN: not observed. Without it the labels are all there is. */
  readonly outcomes?: Readonly<Partial<Record<Objective, Float32Array>>>;
}

/** What a ranker may learn to foretell: a click (0 or 1), seconds on the item, a purchase or conversion (0 or 1). */
export const objectives = ['click', 'dwell', 'conversion'] as const;
export type Objective = (typeof objectives)[number];

/** Events that show interest, oldest first: those of list q are `offsets[q]` to `offsets[q + 1]`. */
export interface Histories {
  readonly offsets: Uint32Array;
  /** Ordinals. */
  readonly items: Int32Array;
  readonly tMs: Float64Array;
  /** Indices in `eventTypes`. */
  readonly types: Uint8Array;
}

/** The lists from `from` (inclusive) to `to` (exclusive), as views where that is possible. */
export function listsFrom(rows: RankingRows, from: number, to: number): RankingRows {
  const [first, last] = [rows.offsets[from] as number, rows.offsets[to] as number];
  const { categorical, items, catalogue, tMs, histories, positions, propensities, examination, weights, teacher, outcomes } =
    rows;
  return {
    columns: rows.columns,
    lists: to - from,
    offsets: shifted(rows.offsets, from, to),
    features: rows.features.subarray(first * rows.columns, last * rows.columns),
    labels: rows.labels.subarray(first, last),
    ...(categorical && { categorical }),
    ...(items && { items: items.subarray(first, last) }),
    ...(catalogue && { catalogue }),
    ...(tMs && { tMs: tMs.subarray(from, to) }),
    ...(histories && { histories: historiesFrom(histories, from, to) }),
    ...(positions && { positions: positions.subarray(first, last) }),
    ...(propensities && { propensities: propensities.subarray(first, last) }),
    ...(examination && { examination: examination.subarray(first, last) }),
    ...(weights && { weights: weights.subarray(first, last) }),
    ...(teacher && { teacher: teacher.subarray(first, last) }),
    ...(outcomes && {
      outcomes: Object.fromEntries(Object.entries(outcomes).map(([name, values]) => [name, values.subarray(first, last)])),
    }),
  };
}

function historiesFrom({ offsets, items, tMs, types }: Histories, from: number, to: number): Histories {
  const [first, last] = [offsets[from] as number, offsets[to] as number];
  return {
    offsets: shifted(offsets, from, to),
    items: items.subarray(first, last),
    tMs: tMs.subarray(first, last),
    types: types.subarray(first, last),
  };
}

const shifted = (offsets: Uint32Array, from: number, to: number): Uint32Array =>
  offsets.slice(from, to + 1).map((offset) => offset - (offsets[from] as number));

/** What is wrong with rows that hold no feature. */
export const emptyColumns = ({ columns }: RankingRows): string | undefined => (columns === 0 ? 'no feature' : undefined);

/** What is wrong with rows of which nothing was chosen. */
export const noPositive = ({ labels }: RankingRows): string | undefined =>
  labels.some((label) => label > 0) ? undefined : 'no list with a positive';

/** Labels [rows] times their weights. */
export const weightedLabels = ({ labels, weights }: RankingRows): Float32Array =>
  weights ? labels.map((label, row) => label * (weights[row] as number)) : labels;
