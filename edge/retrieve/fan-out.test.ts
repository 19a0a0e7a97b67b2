import { expect, it } from 'vitest';
import type { Retrieved } from '../../shared/retrieval/retrieved.ts';
import { type AskedSource, fanOut } from './fan-out.ts';

const list = (...ordinals: number[]): Retrieved => ({
  ordinals: Uint32Array.from(ordinals),
  scores: Float32Array.from(ordinals, (_, i) => -i),
});
const asked = (source: AskedSource['source'], retrieve: AskedSource['retrieve']): AskedSource => ({
  source,
  weight: 1,
  retrieve,
});

it('keeps the order asked, whoever answers first', async () => {
  const late = new Promise<Retrieved>((resolve) => setTimeout(() => resolve(list(1)), 20));
  const { lists, degraded } = await fanOut([asked('trending', () => late), asked('popular', () => list(2))], 5000);
  expect(lists.map(({ source }) => source)).toEqual(['trending', 'popular']);
  expect(degraded).toEqual([]);
});

it('drops and names what throws, rejects or is late, and does not wait longer', async () => {
  const sources = [
    asked('popular', () => list(1)),
    asked('similar', () => {
      throw new Error('broken');
    }),
    asked('nearest', async () => Promise.reject(new Error('broken'))),
    asked('trending', () => new Promise(() => {})),
  ];
  const { lists, degraded } = await fanOut(sources, 20);
  expect(lists.map(({ source }) => source)).toEqual(['popular']);
  expect(degraded.map(({ reason }) => reason)).toEqual([
    'source-failed:similar',
    'source-failed:nearest',
    'source-late:trending',
  ]);
});
