import { expect, test } from 'vitest';
import { formatValue } from './feature-table.ts';
import { movementText } from './item-row.ts';
import { stageRows } from './stage-bars.ts';

test('values are short, and missing is said', () => {
  expect(formatValue(0.123456)).toBe('0.1235');
  expect(formatValue(12345.6)).toBe('12350');
  expect(formatValue(0)).toBe('0');
  expect(formatValue(0.0000123)).toBe('1.2e-5');
  expect(formatValue(Number.NaN)).toBe('missing');
});

test('movement reads at a glance', () => {
  expect([movementText(12), movementText(-3), movementText(0), movementText(undefined)]).toEqual(['▲ 12', '▼ 3', '=', '·']);
});

test('stages come in the order of the path, parts below what they are part of, unknown ones last', () => {
  const rows = stageRows({ probe: 3, render: 2, score: 0.5, rerank: 9, 'edge.rank': 0, fetch: 40, features: Number.NaN });
  expect(rows.map(({ name, isPart }) => (isPart ? `- ${name}` : name))).toEqual([
    'Fetch',
    '- rank',
    'Rerank',
    '- score',
    'Render',
    'probe',
  ]);
  expect(rows.find(({ name }) => name === 'rank')).toEqual({ name: 'rank', ms: 0, isPart: true, isEdge: true });
});
