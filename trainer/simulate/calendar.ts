import type { Random } from './random.ts';

/** Relative number of sessions, Monday to Sunday. */
export const weekdayFactors: readonly number[] = [0.95, 0.9, 0.92, 0.95, 1, 1.1, 1.25];

/** Relative number of sessions in each hour, UTC: a bump at lunch, a larger one in the evening. */
export const hourFactors: readonly number[] = [
  2, 1, 0.5, 0.4, 0.4, 0.7, 1.5, 3, 4, 4.5, 5, 5.5, 7, 6.5, 5, 5, 5.5, 6, 7, 9, 11, 10.5, 8, 4.5,
];

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** 0 = Monday. 1970-01-01 was a Thursday. */
export const weekdayOf = (tMs: number): number => (Math.floor(tMs / dayMs) + 3) % 7;

/** Start of a session on the day that begins at `dayStartMs`. */
export const sessionStartMs = (random: Random, dayStartMs: number): number =>
  dayStartMs + random.weighted(hourFactors) * hourMs + random.below(hourMs);
