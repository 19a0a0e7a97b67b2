import { expect, test } from 'vitest';
import { formatValue } from './feature-table.ts';
import { movementText } from './item-row.ts';
import { stageName } from './stage-bars.ts';

test('values are short, and missing is said', () => {
  expect(formatValue(0.123456)).toBe('0.1235');
  expect(formatValue(12345.6)).toBe('12350');
  expect(formatValue(0)).toBe('0');
  expect(formatValue(0.0000123)).toBe('1.2e-5');
  expect(formatValue(Number.NaN)).toBe('missing');
});

test('movement and stages read at a glance', () => {
  expect([movementText(12), movementText(-3), movementText(0), movementText(undefined)]).toEqual(['▲ 12', '▼ 3', '=', '·']);
  expect([stageName('fetch'), stageName('edge.retrieve'), stageName('probe')]).toEqual(['Fetch', '↳ retrieve', 'probe']);
});
