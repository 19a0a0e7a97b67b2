import { type FileHandle, open } from 'node:fs/promises';
import { Failure } from '../failure.ts';

const chunkBytes = 1 << 20;
/** A record longer than this is taken for a broken one. */
export const maxRecordBytes = 1 << 20;

/** End of one record: `end` excludes its line break, `next` is where the following record starts; undefined: more bytes are needed. */
export interface RecordEnd {
  readonly end: number;
  readonly next: number;
  /** Line breaks from the record's start to `next`. */
  readonly breaks: number;
  /** Set by the scanner when the record is malformed or needs the slow parser. */
  readonly flag?: 'quoted' | 'bad-quote';
}
export type Scan = (buffer: Buffer, start: number, atEnd: boolean) => RecordEnd | undefined;

export interface RawRecord {
  readonly line: number;
  readonly at: number;
  readonly bytes: Buffer;
  readonly flag?: RecordEnd['flag'];
}

const lineBreak = 10;
const carriageReturn = 13;

/** A record is a line. */
export const scanLine: Scan = (buffer, start, atEnd) => {
  const found = buffer.indexOf(lineBreak, start);
  if (found >= 0) return { end: trimReturn(buffer, start, found), next: found + 1, breaks: 1 };
  return atEnd ? { end: trimReturn(buffer, start, buffer.length), next: buffer.length, breaks: 1 } : undefined;
};

export const trimReturn = (buffer: Buffer, start: number, end: number): number =>
  end > start && buffer[end - 1] === carriageReturn ? end - 1 : end;

/** Records of a file in batches, in file order. A byte-order mark and blank lines are skipped. */
export async function* readRecords(path: string, scan: Scan): AsyncGenerator<RawRecord[]> {
  const handle = await openFile(path);
  try {
    let buffer = Buffer.alloc(0);
    let base = 0;
    let line = 1;
    for (let atEnd = false; !atEnd; ) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes, base + buffer.length);
      atEnd = bytesRead === 0;
      // Rows of the last batch may still point into the old buffer, so it is never written again.
      buffer = Buffer.concat([buffer, chunk.subarray(0, bytesRead)]);
      let start = base === 0 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
      const batch: RawRecord[] = [];
      while (start < buffer.length) {
        const tooLong = buffer.length - start > maxRecordBytes;
        const record = scan(buffer, start, atEnd || tooLong);
        if (!record) break;
        if (record.end > start) {
          const bytes = buffer.subarray(start, record.end);
          batch.push({ line, at: base + start, bytes, ...(record.flag && { flag: record.flag }) });
        }
        line += record.breaks;
        start = record.next;
      }
      base += start;
      buffer = buffer.subarray(start);
      if (batch.length > 0) yield batch;
    }
  } finally {
    await handle.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'permission denied' : String(code);
    throw new Failure('bad-input', `Cannot read ${path}: ${why}.`);
  }
}
