import { eventTypes } from '../../shared/contract/event.ts';
import type { LogType } from '../../shared/contract/key.ts';

/** How a member of a JSON row is checked and stored. */
const kinds = {
  text: { sql: 'VARCHAR', fits: (value: unknown) => typeof value === 'string' },
  number: { sql: 'DOUBLE', fits: (value: unknown) => typeof value === 'number' && Number.isFinite(value) },
  whole: { sql: 'BIGINT', fits: (value: unknown) => Number.isSafeInteger(value) },
  small: { sql: 'INTEGER', fits: (value: unknown) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31 },
  flag: { sql: 'BOOLEAN', fits: (value: unknown) => typeof value === 'boolean' },
  texts: { sql: 'VARCHAR[]', fits: listOf((value) => typeof value === 'string') },
  // JSON has no NaN: it is written as null.
  numbers: { sql: 'DOUBLE[]', fits: listOf((value) => value === null || typeof value === 'number') },
  smalls: { sql: 'INTEGER[]', fits: listOf(Number.isInteger) },
  json: { sql: 'JSON', fits: Array.isArray },
  textMap: { sql: 'JSON', fits: isTextMap },
  base64: { sql: 'VARCHAR', fits: (value: unknown) => typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) },
} as const;

function listOf(fits: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(fits);
}

function isTextMap(value: unknown): boolean {
  return (
    typeof value === 'object' && !Array.isArray(value) && Object.values(value ?? {}).every((text) => typeof text === 'string')
  );
}

interface Column {
  readonly kind: keyof typeof kinds;
  readonly required?: true;
}
const required = (kind: Column['kind']): Column => ({ kind, required: true });
const optional = (kind: Column['kind']): Column => ({ kind });

/** Columns of each table in their order: the members of LogEvent and of SlateRecord. */
export const logColumns: Readonly<Record<LogType, Readonly<Record<string, Column>>>> = {
  event: {
    id: required('text'),
    type: required('text'),
    site: required('text'),
    user: required('text'),
    session: required('text'),
    item: required('text'),
    tMs: required('whole'),
    receivedMs: required('whole'),
    surface: optional('text'),
    slate: optional('text'),
    position: optional('small'),
    propensity: optional('number'),
    order: optional('text'),
    value: optional('number'),
    quantity: optional('number'),
    verified: optional('flag'),
    entities: optional('textMap'),
  },
  slate: {
    v: required('small'),
    slate: required('text'),
    site: required('text'),
    surface: required('text'),
    release: required('text'),
    arm: required('text'),
    rank: required('text'),
    issuedAtMs: required('whole'),
    count: required('small'),
    featureHash: required('text'),
    user: optional('text'),
    session: optional('text'),
    entities: optional('textMap'),
    timeZoneMinutes: optional('small'),
    country: optional('text'),
    device: optional('text'),
    item: optional('text'),
    seeds: optional('texts'),
    items: required('texts'),
    scores: required('numbers'),
    sources: required('smalls'),
    propensities: required('numbers'),
    served: required('base64'),
    degraded: required('texts'),
  },
  rejected: {
    v: required('small'),
    from: required('text'),
    reason: required('text'),
    atMs: required('whole'),
    original: required('text'),
    encoding: required('text'),
    rejected: optional('json'),
  },
};

/** Columns that follow from others: what was refused has no id, and its visitor is inside. */
const derivedColumns: Readonly<Record<LogType, string>> = {
  event: '',
  slate: '',
  rejected: `sha256(concat_ws(chr(10), reason, original)) AS id, CASE WHEN encoding = 'utf8' AND json_valid(original)
    THEN coalesce(original ->> '$.user', original ->> '$.record.user') END AS "user", `,
};

/** What identifies a row, when it happened, and in what order copies of one row are preferred. */
export const logKeys = {
  event: { id: 'id', atMs: 'receivedMs', sort: 'tMs, id', prefer: 'receivedMs, tMs, "user", session, item, type' },
  slate: { id: 'slate', atMs: 'issuedAtMs', sort: 'issuedAtMs, slate', prefer: 'issuedAtMs, len(items) DESC' },
  rejected: { id: 'id', atMs: 'atMs', sort: 'atMs, id', prefer: 'atMs' },
} as const satisfies Record<LogType, object>;

/** A million rows are checked in a pull: the lists are made once. */
const checksOf = (type: LogType) =>
  Object.entries(logColumns[type]).map(([name, { kind, required: needed }]) => ({ name, kind, needed, fits: kinds[kind].fits }));
const checks = { event: checksOf('event'), slate: checksOf('slate'), rejected: checksOf('rejected') } as const;
const knownTypes: ReadonlySet<unknown> = new Set(eventTypes);

/** What is wrong with a row as the Worker should have written it; undefined when nothing is. */
export function rowFault(type: LogType, site: string, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not an object';
  const row = value as Readonly<Record<string, unknown>>;
  for (const { name, kind, needed, fits } of checks[type]) {
    const member = row[name];
    if (member === undefined || member === null) {
      if (needed) return `${name} is missing`;
    } else if (!fits(member)) return `${name} is no ${kind}`;
  }
  if ('site' in logColumns[type] && row.site !== site) return `of site ${String(row.site)}`;
  if (type === 'event' && !knownTypes.has(row.type)) return `unknown event type ${String(row.type)}`;
  return undefined;
}

/** Columns of a DuckDB `read_json`. */
export const jsonColumns = (type: LogType): string =>
  `{${Object.entries(logColumns[type])
    .map(([name, { kind }]) => `'${name}': '${kinds[kind].sql}'`)
    .join(', ')}}`;

/** Select list that turns rows of JSON into rows of the Parquet table: base64 becomes bytes. */
export const storedColumns = (type: LogType): string =>
  derivedColumns[type] +
  Object.entries(logColumns[type])
    .map(([name, { kind }]) => `${storedForm(name, kind)} AS "${name}"`)
    .join(', ');

function storedForm(name: string, kind: Column['kind']): string {
  if (kind === 'base64') return `from_base64("${name}")`;
  return kind === 'json' || kind === 'textMap' ? `"${name}"::VARCHAR` : `"${name}"`;
}
