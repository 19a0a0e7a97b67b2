import type { Getter } from './mapping.ts';
import type { Cells, Complaint, ComplaintCode } from './row.ts';
import { parseTime } from './time.ts';

/** Reads one row's fields as types. The first complaint stays; after it every read gives undefined or what is there. */
export class FieldReader<Field extends string> {
  readonly #getters: Readonly<Partial<Record<Field, Getter>>>;
  readonly #nowMs: number;
  #cells: Cells = { get: () => undefined };
  complaint: Complaint | undefined;

  constructor(getters: Readonly<Partial<Record<Field, Getter>>>, nowMs: number) {
    this.#getters = getters;
    this.#nowMs = nowMs;
  }

  /** Starts a row. */
  open(cells: Cells): void {
    this.#cells = cells;
    this.complaint = undefined;
  }

  complain(code: ComplaintCode, reason: string): undefined {
    this.complaint ??= { code, reason };
    return undefined;
  }

  /** Text or number as trimmed text; undefined when absent or empty. */
  text(field: Field): string | undefined {
    const value = this.#getters[field]?.(this.#cells);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'object') return this.complain('bad-id', `${field} is a list or an object, a text was expected`);
    const text = String(value).trim();
    return text === '' ? undefined : text;
  }

  /** An identifier: 1 to 128 characters, no control characters (the contract's rule for item ids). */
  id(field: Field): string | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (text.length > 128 || /[\u0000-\u001f\u007f]/.test(text)) {
      return this.complain('bad-id', `${field} is longer than 128 characters or has control characters`);
    }
    return text;
  }

  required(field: Field): string {
    const id = this.id(field);
    if (id === undefined) this.complain('missing-field', `${field} is empty`);
    return id ?? '';
  }

  number(field: Field, low: number, high: number): number | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (!Number.isFinite(number)) return this.complain('bad-number', `${field} is not a finite number: ${text}`);
    if (number < low || number > high) return this.complain('bad-number', `${field} is ${text}, expected ${low} to ${high}`);
    return number;
  }

  integer(field: Field, low: number, high: number): number | undefined {
    const number = this.number(field, low, high);
    if (number === undefined || Number.isInteger(number)) return number;
    return this.complain('bad-number', `${field} is ${number}, a whole number was expected`);
  }

  time(field: Field): number | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const parsed = parseTime(text, this.#nowMs);
    if ('ms' in parsed) return parsed.ms;
    return parsed.problem === 'future-time'
      ? this.complain('future-time', `${field} is in the future: ${text}`)
      : this.complain(
          'bad-time',
          `${field} is not a time: ${text} (ISO 8601, or s, ms, µs or ns since 1970, from 1990 to tomorrow)`,
        );
  }

  boolean(field: Field): boolean | undefined {
    const text = this.text(field)?.toLowerCase();
    if (text === undefined) return undefined;
    if (['true', '1', 'yes', 'y'].includes(text)) return true;
    if (['false', '0', 'no', 'n'].includes(text)) return false;
    return this.complain('bad-boolean', `${field} is neither true nor false: ${text}`);
  }

  /** A list, or a text with `|` or `;` between: trimmed, without blanks and repetitions. */
  list(field: Field): string[] {
    const value = this.#getters[field]?.(this.#cells);
    if (value === undefined || value === null) return [];
    const parts: unknown[] = Array.isArray(value) ? value : String(value).split(/[|;]/);
    if (typeof value === 'object' && !Array.isArray(value))
      this.complain('bad-categories', `${field} is an object, a list was expected`);
    if (parts.some((part) => typeof part !== 'string' && typeof part !== 'number')) {
      this.complain('bad-categories', `${field} holds something that is not a text`);
    }
    return [...new Set(parts.map((part) => String(part).trim()).filter((part) => part !== ''))];
  }
}
