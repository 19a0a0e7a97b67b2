import type { Call, Dialect, TimeWindow } from './dialect.ts';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

const grouped = (call: Call): string => {
  const where = `FILTER (WHERE ${call.condition})`;
  switch (call.kind) {
    case 'count':
      return `count(*) ${where}`;
    case 'distinct':
      return `least(count(DISTINCT ${call.value}) ${where}, ${call.bound})`;
    default:
      return `${call.kind}(${call.value}) ${where}`;
  }
};

const modulo = (x: string, n: number | string) => `((${x} % ${n} + ${n}) % ${n})`;

/**
 * Rows from the oldest event of the window to this row. In the order by `moment` a query stands before the events of its own time, so that what it
 * sees is strictly before it. Offsets may differ from row to row: a window in buckets begins where its oldest bucket does.
 */
function frame(window: TimeWindow): string {
  // The event of a time stands one after the query of that time.
  const from = (elapsedMs: string) => `RANGE BETWEEN (2 * (${elapsedMs}) - 1) PRECEDING AND CURRENT ROW`;
  switch (window.kind) {
    case 'all':
      return 'ROWS UNBOUNDED PRECEDING';
    case 'exact':
      return from(String(window.windowMs));
    case 'buckets':
      return from(`${modulo('tMs', window.bucketMs)} + ${(window.buckets - 1) * window.bucketMs}`);
  }
}

/** DuckDB answers a frame from a segment tree: O(log n) for each row, whatever the frame's length. */
function before(call: Call, key: string, window: TimeWindow): string {
  const over = `FILTER (WHERE ${call.condition}) OVER (PARTITION BY ${key} ORDER BY moment ${frame(window)})`;
  switch (call.kind) {
    case 'count':
      // A quarter of the time of count(*) with a filter.
      return `coalesce(sum(1) ${over}, 0)::BIGINT`;
    case 'distinct':
      return `least(count(DISTINCT ${call.value}) ${over}, ${call.bound})`;
    default:
      return `${call.kind}(${call.value}) ${over}`;
  }
}

/** Byte i of a text, 0-based. */
const byte = (text: string, i: string) => `('0x' || substr(hex(encode(${text})), 2 * ${i} + 1, 2))::UBIGINT`;

export const duckdb: Dialect = {
  name: 'duckdb',
  literal: quoted,
  before,
  grouped,
  modulo,
  divide: (x, n) => `((${x}) // ${n})`,
  integer: (value) => `(${value})::BIGINT`,
  double: (value) => `(${value})::DOUBLE`,
  // A cast refuses what does not fit; JavaScript's rounding makes it infinite.
  float32: (value) =>
    `coalesce(CASE WHEN abs(${value}) >= 3.4028235677973366e38 THEN sign(${value}) * 'inf'::FLOAT ELSE (${value})::FLOAT END, 'nan'::FLOAT)`,
  finite: (value) => `CASE WHEN isfinite(${value}) THEN ${value} END`,
  exp2: (x) => `pow(2::DOUBLE, ${x})`,
  // Kahan: the rounding error of 1 + x is in ln and in the divisor alike, and cancels.
  log1p: (x) => `CASE WHEN 1 + ${x} = 1 THEN ${x} ELSE ln(1 + ${x}) * (${x} / ((1 + ${x}) - 1)) END`,
  atLeast: (value, order) => `arg_min(${value}, ${order})`,
  list: {
    literal: (elements) => `[${elements.join(', ')}]`,
    length: (list) => `len(${list})`,
    first: (list) => `(${list})[1]`,
    places: (list) => `unnest(generate_series(1, len(${list})))`,
    at: (list, place) => `${list}[${place}]`,
    distinct: (list) => `list_distinct(${list})`,
    has: (list, value) => `list_contains(${list}, ${value})`,
    common: (a, b) => `len(list_intersect(${a}, ${b}))`,
    unnest: (list) => `unnest(${list})`,
    hash: (text) =>
      `list_reduce(list_prepend(2166136261::UBIGINT, list_transform(range(octet_length(encode(${text}))), lambda place: ${byte(text, 'place')})),
        lambda hash, byte: (xor(hash, byte) * 16777619::UBIGINT) % 4294967296::UBIGINT)`,
    tokens: (text) =>
      `list_filter(regexp_split_to_array(translate(${text}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), '[\\x00-\\x2f\\x3a-\\x60\\x7b-\\x7f]+'), lambda x: x <> '')`,
    count: (list, condition) => `len(list_filter(${list}, lambda x: ${condition('x')}))`,
    dot: (a, b) => `list_dot_product(${a}::DOUBLE[], ${b}::DOUBLE[])`,
    unit: (list) =>
      `list_transform(${list}, lambda x: (x / sqrt(list_dot_product(${list}::DOUBLE[], ${list}::DOUBLE[])))::FLOAT)`,
  },
  settings: '',
};
