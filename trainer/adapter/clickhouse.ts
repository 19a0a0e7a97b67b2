import { createRequire } from 'node:module';

/** The one door to ClickHouse, as the embedded engine of the package `chdb`. Used by tests only; some platforms have no build of it. */
export interface ClickHouse {
  /** Runs one statement for its effect. */
  run(sql: string): void;
  /** Rows of one statement; numbers are numbers (NaN and infinities too), lists arrays. */
  rows(sql: string): (string | number | null)[][];
  close(): void;
}

/** The part of `chdb` that is used; the package's own types import optional packages. */
interface Chdb {
  readonly Session: new () => { query(sql: string, format: string): string; cleanup(): void };
}

/** The package, or the reason why there is none. An `import` could not be caught. */
function load(): Chdb | string {
  try {
    return createRequire(import.meta.url)('chdb') as Chdb;
  } catch (error) {
    return `chdb cannot be loaded: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  }
}

/** An empty in-memory database, or the reason why there is none. */
export function openClickHouse(): ClickHouse | string {
  const chdb = load();
  if (typeof chdb === 'string') return chdb;
  const session = new chdb.Session();
  return {
    run(sql) {
      session.query(sql, 'Null');
    },
    rows(sql) {
      const text = session.query(
        `${sql} FORMAT JSONCompactEachRow SETTINGS output_format_json_quote_denormals = 1, output_format_json_quote_64bit_integers = 0`,
        'JSONCompactEachRow',
      );
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => (JSON.parse(line) as (string | number | null)[]).map(parsed));
    },
    close: () => session.cleanup(),
  };
}

const denormals: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};
const parsed = (cell: string | number | null) => (typeof cell === 'string' ? (denormals[cell] ?? cell) : cell);
