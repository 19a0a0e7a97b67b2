import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctedMs, oldestEventMs } from './clock.ts';

const receivedMs = Date.UTC(2026, 10, 22, 12);
const day = 86_400_000;
const year = 365.25 * day;

describe('the time of an event', () => {
  it.each([
    ['a right clock', 0],
    ['a day behind', -day],
    ['three days ahead', 3 * day],
    ['ten years behind', -10 * year],
    ['forty years ahead', 40 * year],
    ['1970', -receivedMs + 5000],
    ['9999', Date.UTC(9999, 11, 31) - receivedMs],
  ])('is right whatever the clock says: %s', (_, skewMs) => {
    const sentAt = receivedMs + skewMs;
    expect(correctedMs(sentAt - 1234, sentAt, receivedMs)).toBeCloseTo(receivedMs - 1234, -1);
    expect(correctedMs(sentAt, sentAt, receivedMs)).toBe(receivedMs);
  });

  it('is within the week before receipt when the clock jumped between the event and the sending', () => {
    for (const [t, sentAt] of [
      [0, receivedMs],
      [receivedMs, 0],
      [Date.UTC(9999, 11, 31), receivedMs],
      [0, 8.64e15],
      [8.64e15, 0],
    ] as const) {
      const tMs = correctedMs(t, sentAt, receivedMs);
      expect([receivedMs - oldestEventMs, receivedMs]).toContain(tMs);
    }
  });

  it('does not depend on the skew, keeps the order of events, and is whole and within bounds', () => {
    const age = fc.integer({ min: 0, max: oldestEventMs });
    const skew = fc.integer({ min: -receivedMs + oldestEventMs, max: 8e15 - receivedMs });
    fc.assert(
      fc.property(age, age, skew, (a, b, skewMs) => {
        const sentAt = receivedMs + skewMs;
        const at = (ageMs: number) => correctedMs(sentAt - ageMs, sentAt, receivedMs);
        expect(at(a)).toBe(receivedMs - a);
        expect(Math.sign(at(a) - at(b))).toBe(Math.sign(b - a));
      }),
    );
    const any = fc.double({ min: 0, max: 8.64e15, noNaN: true });
    fc.assert(
      fc.property(any, any, (t, sentAt) => {
        const tMs = correctedMs(t, sentAt, receivedMs);
        expect(Number.isSafeInteger(tMs)).toBe(true);
        expect(tMs).toBeGreaterThanOrEqual(receivedMs - oldestEventMs);
        expect(tMs).toBeLessThanOrEqual(receivedMs);
      }),
    );
  });
});
