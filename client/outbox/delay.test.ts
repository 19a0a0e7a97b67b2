import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './delay.ts';

const now = Date.UTC(2026, 0, 1);

describe('retryDelayMs', () => {
  it('grows its ceiling with every failure, up to five minutes', () => {
    expect(retryDelayMs(1, null, now, 0.5)).toBe(1000);
    expect(retryDelayMs(3, null, now, 0.5)).toBe(4000);
    expect(retryDelayMs(50, null, now, 0.5)).toBe(150_000);
  });

  it('waits as long as the server asks, in seconds or by date', () => {
    expect(retryDelayMs(1, '30', now, 0)).toBe(30_000);
    expect(retryDelayMs(1, new Date(now + 20_000).toUTCString(), now, 0)).toBe(20_000);
  });

  it.each(['', 'soon', '-5', '1e999'])('is finite and bounded whatever the header says: %j', (header) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const delay = retryDelayMs(failures, header, now, random);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(300_000);
        },
      ),
    );
  });
});
