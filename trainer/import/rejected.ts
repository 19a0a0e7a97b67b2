import { appendFileSync, closeSync, openSync } from 'node:fs';
import type { Complaint, Row } from './row.ts';

/** `rejected.ndjson`: every row that was not taken, with its place, the reason and the row itself. */
export interface RejectedLog {
  readonly count: number;
  /** Reason code -> rows. */
  readonly byCode: Readonly<Record<string, number>>;
  /** Places and reasons of the first few, for a message. */
  readonly first: readonly string[];
  add(file: string, row: Pick<Row, 'line' | 'bytes'>, complaint: Complaint): void;
  close(): void;
}

const bufferedChars = 1 << 18;

/** @param path the file to write; made even when nothing is rejected. */
export function openRejected(path: string): RejectedLog {
  const handle = openSync(path, 'w');
  const byCode: Record<string, number> = {};
  const first: string[] = [];
  let count = 0;
  let buffer = '';
  const flush = () => {
    if (buffer !== '') appendFileSync(handle, buffer);
    buffer = '';
  };
  return {
    get count() {
      return count;
    },
    byCode,
    first,
    add(file, { line, bytes }, { code, reason }) {
      count++;
      byCode[code] = (byCode[code] ?? 0) + 1;
      if (first.length < 3) first.push(`${file}:${line}: ${reason}`);
      buffer += `${JSON.stringify({ file, line, code, reason, raw: bytes.toString('utf8') })}\n`;
      if (buffer.length > bufferedChars) flush();
    },
    close() {
      flush();
      closeSync(handle);
    },
  };
}
