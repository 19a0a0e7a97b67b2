import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { openDatabase } from '../adapter/duckdb.ts';
import { hoursOf, hoursSql, readLogInfo } from './layout.ts';

interface Row {
  readonly v: number;
  readonly from: string;
  readonly reason: string;
  readonly atMs: number;
  readonly original: string;
  readonly encoding: string;
  readonly rejected: string | null;
}

/** Writes every RejectedRecord of a log as a line of JSON. @returns how many. @throws Failure `bad-input` when it is no log. */
export async function writeRejected(directory: string, path: string): Promise<number> {
  await readLogInfo(directory);
  const database = await openDatabase();
  let count = 0;
  async function* lines() {
    for (const hour of await hoursOf(directory, 'rejected')) {
      const rows = await database.rows<Row>(
        `SELECT v, "from", reason, "atMs"::DOUBLE AS "atMs", original, encoding, rejected FROM ${hoursSql(directory, 'rejected', [hour])} ORDER BY "atMs", id`,
      );
      count += rows.length;
      yield rows
        .map(
          ({ rejected, ...row }) =>
            `${JSON.stringify({ ...row, ...(rejected !== null && { rejected: JSON.parse(rejected) as unknown }) })}\n`,
        )
        .join('');
    }
  }
  try {
    await pipeline(lines, createWriteStream(path));
  } finally {
    database.close();
  }
  return count;
}
