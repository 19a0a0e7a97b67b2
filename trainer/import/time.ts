/** Numbers are read as times from here on. Without it a date written as 20210101 would pass for a second of 1970. */
const firstNumericMs = Date.UTC(1990, 0, 1);
/** Clocks differ: an event may be this far in the future. */
export const futureToleranceMs = 24 * 60 * 60 * 1000;

export type ParsedTime = { readonly ms: number } | { readonly problem: 'bad-time' | 'future-time' };

/** How many of each unit make a millisecond. */
const perMs = [0.001, 1, 1000, 1_000_000] as const;

const iso =
  /^([+-]\d{6}|\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * Reads one time, each value on its own:
 *  - a number, or a text that is one, counts from 1970 in seconds, milliseconds, microseconds or nanoseconds: in the one unit that puts it
 *    between 1990-01-01 and tomorrow. The four ranges do not overlap, so there is nothing to guess;
 *  - ISO 8601 date or date and time, `T` or a space between, one-digit months and days allowed, UTC where no zone is given.
 *
 * @param nowMs times later than a day after it are refused.
 * @returns whole milliseconds since 1970.
 */
export function parseTime(value: string | number, nowMs: number): ParsedTime {
  const latest = nowMs + futureToleranceMs;
  const number = typeof value === 'number' ? value : /^[+-]?\d+(\.\d+)?(e\+?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
  if (!Number.isNaN(number)) {
    for (const unit of perMs) {
      const ms = number / unit;
      if (ms >= firstNumericMs && ms <= latest) return { ms: Math.floor(ms) };
    }
    return { problem: number * 1000 > latest && number < 1e11 ? 'future-time' : 'bad-time' };
  }
  const ms = typeof value === 'string' ? parseIso(value) : undefined;
  if (ms === undefined) return { problem: 'bad-time' };
  return ms > latest ? { problem: 'future-time' } : { ms };
}

function parseIso(text: string): number | undefined {
  const match = iso.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const fraction = Number(`0.${match[7] ?? 0}`);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // 30 February would roll over into March.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const zone = /^([+-])(\d{2}):?(\d{2})?$/.exec(match[8] ?? '');
  const zoneMinutes = zone ? (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3] ?? 0)) : 0;
  const ms = date.getTime() + ((hour * 60 + minute - zoneMinutes) * 60 + second) * 1000 + Math.floor(fraction * 1000);
  return Number.isFinite(ms) ? ms : undefined;
}
