import { expect, test } from 'vitest';
import { formatPrice } from './price.ts';

test('cents only where there are any', () => {
  expect(formatPrice(49)).toBe('€49');
  expect(formatPrice(49.9)).toBe('€49.90');
  expect(formatPrice(1240.5)).toBe('€1,240.50');
  expect(formatPrice(0)).toBe('€0');
});

test('other currencies, and what is no price', () => {
  expect(formatPrice(12, 'USD', 'en-US')).toBe('$12');
  expect(formatPrice(Number.NaN)).toBe('');
});
