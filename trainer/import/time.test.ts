import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTime } from './time.ts';

const nowMs = Date.UTC(2026, 0, 1);
const t = Date.UTC(2021, 5, 30, 12, 34, 56, 789);

describe('parseTime', () => {
  test.each([
    ['seconds', 1_625_056_496, Date.UTC(2021, 5, 30, 12, 34, 56)],
    ['seconds with a fraction', '1625056496.789', t],
    ['milliseconds', '1625056496789', t],
    ['microseconds', '1625056496789000', t],
    ['nanoseconds', '1625056496789000000', t],
    ['a date', '2021-06-30', Date.UTC(2021, 5, 30)],
    ['a date with one-digit parts', '2008-4-1', Date.UTC(2008, 3, 1)],
    ['UTC', '2021-06-30T12:34:56.789Z', t],
    ['no zone', '2021-06-30 12:34:56.789', t],
    ['a zone', '2021-06-30T14:34:56.789+02:00', t],
    ['a short zone and microseconds', '2021-06-30 12:34:56.789123+00', t],
  ])('reads %s', (_, value, ms) => {
    expect(parseTime(value, nowMs)).toEqual({ ms });
  });

  test.each([
    ['a word', 'yesterday', 'bad-time'],
    ['a day that does not exist', '2021-02-30', 'bad-time'],
    ['an hour that does not exist', '2021-02-03T25:00', 'bad-time'],
    ['a month first', '06/30/2021', 'bad-time'],
    ['a date without hyphens, which is no second of 1970', '20210630', 'bad-time'],
    ['date and time without hyphens, which are no milliseconds of 1976', '202106301234', 'bad-time'],
    ['a count of weeks', '12', 'bad-time'],
    ['infinity', 'Infinity', 'bad-time'],
    ['the year 9999', '9999-12-31T23:59:59Z', 'future-time'],
    ['the year 9999 in seconds, which is 1978 in milliseconds', '253402300799', 'bad-time'],
    ['two days from now', nowMs + 2 * 86_400_000, 'bad-time'],
    ['two days from now in seconds', nowMs / 1000 + 2 * 86_400, 'future-time'],
  ])('refuses %s', (_, value, problem) => {
    expect(parseTime(value, nowMs)).toEqual({ problem });
  });

  test('reads the same moment in every notation', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1990, 0, 1) / 1000, max: nowMs / 1000 }), (seconds) => {
        const ms = seconds * 1000;
        const forms = [seconds, `${seconds}`, ms, `${ms}000`, `${ms}000000`, new Date(ms).toISOString()];
        for (const form of forms) expect(parseTime(form, nowMs)).toEqual({ ms });
      }),
    );
  });
});
