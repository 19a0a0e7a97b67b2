import { sha256Text } from '../../shared/contract/sha256.ts';
import type { Database } from '../adapter/duckdb.ts';
import type { DatasetInfo } from './dataset.ts';

/** Rows per digest block: small enough that DuckDB never holds more than a block's text. */
const digestRows = 4096;

/** What `dataset.json` says of the tables `items` and `events`, and of `slates` where there are any. */
export async function describeTables(
  database: Database,
  name: string,
  { rejected, withSlates }: { readonly rejected: number; readonly withSlates: boolean },
): Promise<DatasetInfo> {
  const digests: string[] = [];
  for (const table of ['items', 'events']) {
    const blocks = await database.rows<{ digest: string }>(`
      SELECT sha256(string_agg(line, chr(10) ORDER BY row)) AS digest
      FROM (SELECT row(COLUMNS(*))::VARCHAR AS line, row_number() OVER () AS row FROM ${table}) GROUP BY (row - 1) // ${digestRows} ORDER BY (row - 1) // ${digestRows}`);
    digests.push(table, ...blocks.map((block) => block.digest));
  }
  if (withSlates) {
    const [slates] = await database.rows<{ digest: string | null }>(`
      SELECT sha256(string_agg(sha256(concat_ws(chr(31), slate, "featureHash", array_to_string(items, chr(30)), sha256(served))), '' ORDER BY slate)) AS digest
      FROM slates`);
    digests.push('slates', slates?.digest ?? '');
  }
  const [counts] = await database.rows<{ items: number; events: number; from: number; through: number }>(`
    SELECT (SELECT count(*) FROM items)::DOUBLE AS items, count(*)::DOUBLE AS events, min(tMs)::DOUBLE AS from, max(tMs)::DOUBLE AS through FROM events`);
  if (!counts) throw new Error('an aggregate always has a row');
  const { items, events, from, through } = counts;
  return { version: 1, name, items, events, rejected, fromMs: from, throughMs: through, sha256: sha256Text(digests.join('\n')) };
}
