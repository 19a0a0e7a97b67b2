/** Which events before t count: all of them, those of a window in buckets, or those of a window to the millisecond. */
export type TimeWindow =
  | { readonly kind: 'all' }
  /** floor(tMs / bucketMs) > floor(t / bucketMs) - buckets */
  | { readonly kind: 'buckets'; readonly bucketMs: number; readonly buckets: number }
  /** t - windowMs <= tMs */
  | { readonly kind: 'exact'; readonly windowMs: number };

/** An aggregate over some rows. `value` and `condition` are SQL; a null value does not count. Of nothing: 0 for counts, else NULL. */
export type Call =
  | { readonly kind: 'count'; readonly condition: string }
  | { readonly kind: 'sum' | 'min' | 'max'; readonly value: string; readonly condition: string }
  /** Number of different values, at most `bound`. */
  | { readonly kind: 'distinct'; readonly value: string; readonly condition: string; readonly bound: number };

/** Everything in which the SQL of two engines differs. Arguments and results are SQL expressions; missing is NULL. */
export interface Dialect {
  readonly name: 'duckdb' | 'clickhouse';
  readonly literal: (text: string) => string;
  /**
   * The call over the rows of one `key` (comma-separated columns) whose `tMs` is below this row's and inside the window. Right for rows of queries: those
   * whose `moment` is 2 * tMs, where that of events is 2 * tMs + 1.
   */
  readonly before: (call: Call, key: string, window: TimeWindow) => string;
  /** The call as an aggregate of a GROUP BY. */
  readonly grouped: (call: Call) => string;
  /** x - floor(x / n) * n of integers, n > 0. */
  readonly modulo: (x: string, n: number | string) => string;
  /** floor(x / n) of integers, x >= 0, n > 0. */
  readonly divide: (x: string, n: number) => string;
  readonly integer: (value: string) => string;
  readonly double: (value: string) => string;
  /** Float32: infinite beyond its range; NULL becomes NaN. */
  readonly float32: (value: string) => string;
  /** NULL unless it is a finite number. */
  readonly finite: (value: string) => string;
  readonly exp2: (x: string) => string;
  /** ln(1 + x) for x >= 0, exact for small x too. */
  readonly log1p: (x: string) => string;
  readonly list: ListDialect;
  /** Aggregate: the value of the row with the least `order`. */
  readonly atLeast: (value: string, order: string) => string;
  /** Appended to the whole statement. */
  readonly settings: string;
}

export interface ListDialect {
  readonly literal: (elements: readonly string[]) => string;
  readonly length: (list: string) => string;
  /** NULL of an empty list. */
  readonly first: (list: string) => string;
  /** One row per 1-based place, in a SELECT list. */
  readonly places: (list: string) => string;
  /** The element at a 1-based place. */
  readonly at: (list: string, place: string) => string;
  /** The different elements. */
  readonly distinct: (list: string) => string;
  readonly has: (list: string, value: string) => string;
  /** Number of elements that two lists of different elements have in common. */
  readonly common: (a: string, b: string) => string;
  /** One row per element, in a SELECT list. */
  readonly unnest: (list: string) => string;
  /** FNV-1a, 32 bit, of the UTF-8 bytes of a text. */
  readonly hash: (text: string) => string;
  /** Non-empty runs of characters that are not ASCII, or of a-z and 0-9, of a text with A-Z lowered. */
  readonly tokens: (text: string) => string;
  /** Number of elements x of which `condition(x)` holds. */
  readonly count: (list: string, condition: (x: string) => string) => string;
  /** Inner product of two lists of numbers of one length, in double precision. */
  readonly dot: (a: string, b: string) => string;
  /** x / |x| of a list of numbers, |x| > 0, in float32, as streaming keeps it. */
  readonly unit: (list: string) => string;
}
