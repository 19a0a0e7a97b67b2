import { expect, it } from 'vitest';
import { ByteCache } from './byte-cache.ts';

const cacheOf = (limitBytes: number) => {
  const cache = new ByteCache<string>(limitBytes, (value) => value.length);
  const loads: string[] = [];
  const get = (name: string, value = 'x'.repeat(10)) =>
    cache.get(name, async () => {
      loads.push(name);
      return value;
    });
  return { cache, get, loads };
};

it('loads once for callers at the same time and later', async () => {
  const { get, loads } = cacheOf(100);
  await Promise.all([get('a'), get('a'), get('a')]);
  await get('a');
  expect(loads).toEqual(['a']);
});

it('lets go of what was not used for longest, by bytes', async () => {
  const { get, loads } = cacheOf(25);
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await get(name);
  expect(loads).toEqual(['a', 'b', 'c', 'b']);
});

it('keeps the newest even if it alone is over the limit', async () => {
  const { get, loads } = cacheOf(25);
  await get('small');
  await get('large', 'x'.repeat(1000));
  await get('large', 'x'.repeat(1000));
  await get('small');
  await get('large', 'x'.repeat(1000));
  expect(loads).toEqual(['small', 'large', 'small', 'large']);
});

it('forgets a failed load, and no failure poisons the next', async () => {
  const { cache, get, loads } = cacheOf(100);
  const failing = () => cache.get('a', async () => Promise.reject(new Error('first')));
  await expect(failing()).rejects.toThrow('first');
  expect(cache.peek('a')).toBeUndefined();
  await get('a');
  expect(loads).toEqual(['a']);
});
