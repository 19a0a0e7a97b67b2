import { expect, test } from 'vitest';
import type { TitleRow } from '../catalogue.ts';
import { createTitleIndex } from './title-index.ts';

const rows: TitleRow[] = [
  ['1', 'Toy Story (1995)', 'Animation'],
  ['2', 'Matrix, The (1999)', 'Sci-Fi'],
  ['3', 'Terminator 2: Judgment Day (1991)', 'Action'],
  ['4', 'Terminal, The (2004)', 'Comedy'],
  ['6', "Amelie's Amélie (2001)", 'Romance'],
  ['5', '<b>Bold</b> & Co', 'Drama'],
];
const ids = (found: readonly TitleRow[]) => found.map(([id]) => id);

test('finds by prefix, by year, by category, and in spite of a typo', async () => {
  const index = createTitleIndex(rows);
  await index.ready;
  expect(ids(index.search('matr', 5))).toEqual(['2']);
  expect(ids(index.search('the matrix 1999', 5))).toEqual(['2']);
  expect(ids(index.search('termnator', 5))).toEqual(['3']);
  expect(ids(index.search('term', 5)).sort()).toEqual(['3', '4']);
  expect(ids(index.search('term', 1))).toHaveLength(1);
  expect(ids(index.search('animation', 5))).toEqual(['1']);
  expect(ids(index.search('bold', 5))).toEqual(['5']);
  expect(ids(index.search('amelie', 5))).toEqual(['6']);
  expect(ids(index.search('AMÉLIE', 5))).toEqual(['6']);
  expect(index.search('qqqq', 5)).toEqual([]);
});

test('yields between slices, so that it can be searched before it is complete', async () => {
  const many = Array.from({ length: 500 }, (_, i): TitleRow => [`${i}`, `Title number${i}`, 'Drama']);
  const index = createTitleIndex(many);
  expect(ids(index.search('number499', 5))).not.toContain('499');
  await index.ready;
  expect(ids(index.search('number499', 5))[0]).toBe('499');
});
