import { Failure } from '../../failure.ts';
import { readRecords, scanLine } from '../../import/lines.ts';

/** One line of a text file, cut at blanks and tabs. Ids are opaque: any bytes without a blank. */
export interface Line {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  readonly tokens: readonly string[];
  /** The whole line, for formats with another separator. */
  readonly text: string;
}

/**
 * Reads the lines of a file in order; blank lines and a byte-order mark are skipped.
 * @throws Failure `bad-input` when the file cannot be read or has no line.
 */
export async function readLines(file: string, visit: (line: Line) => void): Promise<void> {
  let lines = 0;
  for await (const batch of readRecords(file, scanLine)) {
    for (const { line, bytes } of batch) {
      const text = bytes.toString('latin1');
      const tokens = text.split(/[ \t]+/).filter((token) => token !== '');
      if (tokens.length === 0) continue;
      lines++;
      visit({ file, number: line, tokens, text });
    }
  }
  if (lines === 0) throw new Failure('bad-input', `${file} is empty.`);
}

/** The refusal of a line: where it is, what is wrong, what was expected. */
export const malformed = (line: Pick<Line, 'file' | 'number'>, problem: string, expected: string): Failure =>
  new Failure('bad-input', `${line.file}:${line.number}: ${problem}`, `Expected ${expected}.`);

/** A finite number. @throws Failure `bad-input` naming the line. */
export function numberOf(line: Line, token: string | undefined, name: string, expected: string): number {
  const value = Number(token);
  if (token === undefined || token === '' || !Number.isFinite(value))
    throw malformed(line, `${name} is ${token === undefined || token === '' ? 'missing' : `not a number: ${token}`}`, expected);
  return value;
}
