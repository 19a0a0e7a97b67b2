import { eventTypes } from '../../shared/contract/event.ts';
import type { LogType } from './layout.ts';

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
  base64: { sql: 'VARCHAR', fits: (value: unknown) => typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) },
} as const;

function listOf(fits: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(fits);
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
    timeZoneMinutes: optional('small'),
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
};

/** What identifies a row, when it happened, and in what order copies of one row are preferred. */
export const logKeys = {
  event: { id: 'id', atMs: 'receivedMs', sort: 'tMs, id', prefer: 'receivedMs, tMs, "user", session, item, type' },
  slate: { id: 'slate', atMs: 'issuedAtMs', sort: 'issuedAtMs, slate', prefer: 'issuedAtMs, len(items) DESC' },
} as const satisfies Record<LogType, object>;

/** What is wrong with a row as the Worker should have written it; undefined when nothing is. */
export function rowFault(type: LogType, site: string, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not an object';
  const row = value as Readonly<Record<string, unknown>>;
  for (const [name, { kind, required: needed }] of Object.entries(logColumns[type])) {
    const member = row[name];
    if (member === undefined || member === null) {
      if (needed) return `${name} is missing`;
    } else if (!kinds[kind].fits(member)) return `${name} is no ${kind}`;
  }
  if (row.site !== site) return `of site ${String(row.site)}`;
  if (type === 'event' && !eventTypes.some((known) => known === row.type)) return `unknown event type ${String(row.type)}`;
  return undefined;
}

/** Columns of a DuckDB `read_json`. */
export const jsonColumns = (type: LogType): string =>
  `{${Object.entries(logColumns[type])
    .map(([name, { kind }]) => `'${name}': '${kinds[kind].sql}'`)
    .join(', ')}}`;

/** Select list that turns rows of JSON into rows of the Parquet table: base64 becomes bytes. */
export const storedColumns = (type: LogType): string =>
  Object.entries(logColumns[type])
    .map(([name, { kind }]) => (kind === 'base64' ? `from_base64("${name}") AS "${name}"` : `"${name}"`))
    .join(', ');
