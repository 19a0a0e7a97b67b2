import type { Call, Dialect, TimeWindow } from './dialect.ts';

/** A condition that may be NULL holds only where it is true. */
const plain = (call: Call): string => {
  switch (call.kind) {
    case 'count':
      return `countIf(${call.condition})`;
    case 'distinct':
      return `groupUniqArrayIf(${call.bound})(${call.value}, ${call.condition})`;
    default:
      return `${call.kind}IfOrNull(${call.value}, ${call.condition})`;
  }
};

const modulo = (x: string, n: number | string) => `positiveModulo(${x}, ${n})`;

/** Both parts of a window as one value. */
function joined(kind: Call['kind'], a: string, b: string): string {
  const either = (both: string) => `if(isNull(${a}), ${b}, if(isNull(${b}), ${a}, ${both}))`;
  switch (kind) {
    case 'count':
      return `(${a} + ${b})`;
    case 'sum':
      return either(`${a} + ${b}`);
    case 'min':
      return either(`least(${a}, ${b})`);
    case 'max':
      return either(`greatest(${a}, ${b})`);
    case 'distinct':
      return `arrayDistinct(arrayConcat(${a}, ${b}))`;
  }
}

const sized = (call: Call, value: string) => (call.kind === 'distinct' ? `least(length(${value}), ${call.bound})` : value);

/** Greatest offset of a frame that ClickHouse takes. */
const maxOffset = 2 ** 31 - 1;

/**
 * ClickHouse takes constant offsets below 2^31 only. A window in buckets is made of two parts: the whole buckets, in an order by bucket, and the part
 * of this row's bucket before it.
 * @throws RangeError for an exact window of more than 24 days.
 */
function before(call: Call, key: string, window: TimeWindow): string {
  const inFrame = (partition: string, order: string, start: string) =>
    `${plain(call)} OVER (PARTITION BY ${partition} ORDER BY ${order} RANGE BETWEEN ${start} PRECEDING AND 1 PRECEDING)`;
  if (window.kind === 'all') return sized(call, inFrame(key, 'tMs', 'UNBOUNDED'));
  if (window.kind === 'exact') {
    if (window.windowMs > maxOffset)
      throw new RangeError(`clickhouse: an exact window of ${window.windowMs} ms is over ${maxOffset}`);
    return sized(call, inFrame(key, 'tMs', String(window.windowMs)));
  }
  const bucket = `intDiv(tMs - ${modulo('tMs', window.bucketMs)}, ${window.bucketMs})`;
  const whole = inFrame(key, bucket, String(window.buckets - 1));
  const begun = inFrame(`${key}, ${bucket}`, 'tMs', 'UNBOUNDED');
  return sized(call, joined(call.kind, whole, begun));
}

const escaped = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const toDoubles = (list: string) => `arrayMap(x -> toFloat64(x), ${list})`;
const dot = (a: string, b: string) => `arraySum((x, y) -> x * y, ${toDoubles(a)}, ${toDoubles(b)})`;

export const clickhouse: Dialect = {
  name: 'clickhouse',
  literal: escaped,
  before,
  grouped: (call) => sized(call, plain(call)),
  modulo,
  divide: (x, n) => `intDiv(${x}, ${n})`,
  integer: (value) => `toInt64(${value})`,
  double: (value) => `toFloat64(${value})`,
  float32: (value) => `coalesce(toFloat32(${value}), toFloat32(nan))`,
  finite: (value) => `if(isFinite(${value}), ${value}, NULL)`,
  exp2: (x) => `exp2(${x})`,
  log1p: (x) => `log1p(${x})`,
  atLeast: (value, order) => `argMin(${value}, ${order})`,
  list: {
    literal: (elements) => `[${elements.join(', ')}]`,
    length: (list) => `length(${list})`,
    first: (list) => `arrayElementOrNull(${list}, 1)`,
    places: (list) => `arrayJoin(arrayEnumerate(${list}))`,
    at: (list, place) => `${list}[${place}]`,
    distinct: (list) => `arrayDistinct(${list})`,
    has: (list, value) => `has(${list}, ${value})`,
    common: (a, b) => `length(arrayIntersect(${a}, ${b}))`,
    unnest: (list) => `arrayJoin(${list})`,
    hash: (text) =>
      `arrayFold((hash, place) -> toUInt64(bitXor(hash, reinterpretAsUInt8(substring(assumeNotNull(${text}), place, 1))) * 16777619 % 4294967296), range(1, length(assumeNotNull(${text})) + 1), toUInt64(2166136261))`,
    tokens: (text) =>
      `arrayFilter(x -> x != '', splitByRegexp('[\\\\x00-\\\\x2f\\\\x3a-\\\\x60\\\\x7b-\\\\x7f]+', lower(assumeNotNull(${text}))))`,
    count: (list, condition) => `arrayCount(x -> ${condition('x')}, ${list})`,
    dot,
    unit: (list) => `arrayMap(x -> toFloat32(x / sqrt(${dot(list, list)})), ${list})`,
  },
  // Without the first, an outer join fills what it did not find with 0 and '', which would be silent values.
  settings: " SETTINGS join_use_nulls = 1, union_default_mode = 'ALL'",
};
