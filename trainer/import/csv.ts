import { isUtf8 } from 'node:buffer';
import { Failure } from '../failure.ts';
import { type RawRecord, type RecordEnd, readRecords, type Scan, scanLine, trimReturn } from './lines.ts';
import type { Cells, Row, RowSource } from './row.ts';

const quoteByte = 34;
const lineBreak = 10;
const delimiters = [',', ';', '\t', '|'] as const;

/**
 * Opens a CSV file (RFC 4180, with a header row; `,` `;` tab or `|`, whichever the header uses most; LF or CRLF; UTF-8, with or without a
 * byte-order mark). A quoted field may span lines.
 * @throws Failure `bad-input` when there is no header.
 */
export async function openCsv(file: string): Promise<RowSource> {
  const header = await firstRecord(file);
  const text = header.bytes.toString('utf8');
  const delimiter = delimiterOf(text);
  const columns = splitRecord(text, delimiter, text.includes('"'))?.map((name) => name.trim());
  if (!columns) throw new Failure('bad-input', `${file}: the header row has a quote that does not end.`);
  const index = new Map(columns.map((name, i) => [name, i]));
  return {
    file,
    columns,
    complete: true,
    async *rows() {
      let first = true;
      for await (const batch of readRecords(file, csvScan(delimiter.charCodeAt(0)))) {
        const records = first ? batch.slice(1) : batch;
        first = false;
        yield records.map((record) => parseRow(record, delimiter, index, columns.length));
      }
    },
  };
}

async function firstRecord(file: string): Promise<RawRecord> {
  for await (const [record] of readRecords(file, scanLine)) if (record) return record;
  throw new Failure('bad-input', `${file} is empty.`, 'A CSV file starts with a row of column names.');
}

function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const counted = delimiters.map((delimiter) => ({ delimiter, count: bare.split(delimiter).length }));
  return counted.reduce((best, each) => (each.count > best.count ? each : best)).delimiter;
}

/**
 * Finds the end of a record. A quote opens only at the start of a field. A field whose quote never ends would swallow the rest of the
 * file: then only its first line is given up, and reading goes on after it.
 */
export function csvScan(delimiter: number): Scan {
  return (buffer, start, atEnd) => {
    const plain = scanLine(buffer, start, atEnd);
    if (!plain) return undefined;
    // Within this line only: a search through the rest of a file without quotes would be repeated for every row.
    if (!buffer.subarray(start, plain.end).includes(quoteByte)) return plain;
    // Not ended and no more to come: `plain` gives up one line only.
    return scanQuoted(buffer, start, delimiter, atEnd) ?? (atEnd ? { ...plain, flag: 'bad-quote' } : undefined);
  };
}

function scanQuoted(buffer: Buffer, start: number, delimiter: number, atEnd: boolean): RecordEnd | undefined {
  let breaks = 0;
  let inside = false;
  let fieldStart = true;
  for (let i = start; i < buffer.length; i++) {
    const byte = buffer[i];
    if (inside) {
      if (byte === quoteByte) {
        if (buffer[i + 1] === quoteByte) i++;
        else inside = false;
      } else if (byte === lineBreak) breaks++;
    } else if (byte === quoteByte && fieldStart) {
      inside = true;
      fieldStart = false;
    } else if (byte === lineBreak) {
      return { end: trimReturn(buffer, start, i), next: i + 1, breaks: breaks + 1, flag: 'quoted' };
    } else fieldStart = byte === delimiter;
  }
  if (inside || !atEnd) return undefined;
  return { end: trimReturn(buffer, start, buffer.length), next: buffer.length, breaks: breaks + 1, flag: 'quoted' };
}

function parseRow(record: RawRecord, delimiter: string, index: ReadonlyMap<string, number>, width: number): Row {
  const { line, at, bytes, flag } = record;
  const row = { line, at, bytes };
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd') && !isUtf8(bytes)) {
    return { ...row, complaint: { code: 'not-utf8', reason: 'the row is not valid UTF-8' } };
  }
  const values = flag === 'bad-quote' ? undefined : splitRecord(text, delimiter, flag === 'quoted');
  if (!values)
    return { ...row, complaint: { code: 'bad-quote', reason: 'a quoted field does not end, or has text after its end' } };
  if (values.length !== width) {
    return { ...row, complaint: { code: 'column-count', reason: `${values.length} fields where the header has ${width}` } };
  }
  return { ...row, cells: cellsOf(values, index) };
}

const cellsOf = (values: readonly string[], index: ReadonlyMap<string, number>): Cells => ({
  get(column) {
    const i = index.get(column);
    return i === undefined ? undefined : values[i];
  },
});

/** Fields of one record; undefined when its quotes are wrong. */
export function splitRecord(text: string, delimiter: string, quoted: boolean): string[] | undefined {
  if (!quoted) return text.split(delimiter);
  const values: string[] = [];
  let i = 0;
  for (;;) {
    if (text[i] === '"') {
      let value = '';
      for (;;) {
        const close = text.indexOf('"', i + 1);
        if (close < 0) return undefined;
        value += text.slice(i + 1, close);
        i = close + 1;
        if (text[i] !== '"') break;
        value += '"';
      }
      if (i < text.length && text[i] !== delimiter) return undefined;
      values.push(value);
    } else {
      const end = text.indexOf(delimiter, i);
      values.push(end < 0 ? text.slice(i) : text.slice(i, end));
      i = end < 0 ? text.length : end;
    }
    if (i >= text.length) return values;
    i++;
  }
}
