import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { openDataset } from './dataset.ts';
import type { DraftEvent } from './draft.ts';
import { openWriter, sessionGapMs } from './write.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitrine-dataset-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = Date.UTC(2025, 0, 1);
const click = (item: string, tMs: number, more: Partial<DraftEvent> = {}): DraftEvent => ({
  type: 'click',
  user: 'u',
  item: item as ItemId,
  tMs,
  ...more,
});

async function write(events: readonly DraftEvent[], items = ['a', 'b']) {
  const database = await openDatabase();
  const writer = await openWriter(database);
  for (const id of items) writer.item({ id: id as ItemId, title: id, categories: [] });
  for (const event of events) writer.event(event);
  const info = await writer.finish(directory, 'test', 0);
  database.close();
  return info;
}

test('orders by time, then given ids, then input', async () => {
  await write([
    click('a', at + 1),
    click('b', at, { value: 1 }),
    click('b', at, { value: 2 }),
    click('a', at, { id: 'z', value: 3 }),
    click('a', at, { id: 'y', value: 4 }),
  ]);
  const { events } = await openDataset(directory);
  expect([...events.value]).toEqual([4, 3, 1, 2, Number.NaN]);
});

test('a session ends with a gap, for each visitor alone, and a named one stays', async () => {
  await write([
    click('a', at),
    click('a', at + sessionGapMs),
    click('a', at + 2 * sessionGapMs + 1),
    click('a', at + 1, { user: 'v' }),
    click('a', at + 3, { user: 'w', session: 'own' }),
    click('b', at + 3 * sessionGapMs, { user: 'w', session: 'own' }),
  ]);
  const { session, user, users } = (await openDataset(directory)).events;
  const of = (name: string) => [...session].filter((_, i) => users[user[i] ?? -1] === name);
  const [first, second, third] = of('u');
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(new Set(of('w')).size).toBe(1);
  expect(new Set([...session]).size).toBe(4);
});

test('more events than a chunk keep their order and their columns', async () => {
  const n = 5000;
  const events = Array.from({ length: n }, (_, i) =>
    click(i % 3 === 0 ? 'b' : 'a', at + i * 1000, {
      user: `u${i % 7}`,
      slate: `s${i >> 2}`,
      position: i & 3,
      propensity: 1 / (1 + (i & 3)),
    }),
  );
  await write(events);
  const { events: log } = await openDataset(directory);
  expect(log.n).toBe(n);
  for (const [i, event] of events.entries()) {
    expect(log.tMs[i]).toBe(event.tMs);
    expect(log.item[i]).toBe(i % 3 === 0 ? 1 : 0);
    expect(log.users[log.user[i] ?? -1]).toBe(event.user);
    expect(log.position[i]).toBe(i & 3);
    expect(log.propensity[i]).toBeCloseTo(1 / (1 + (i & 3)), 6);
    if (i > 0) expect(log.slate[i] === log.slate[i - 1]).toBe((i & 3) !== 0);
  }
});

test('texts of any kind come back as they were', async () => {
  const title = `"quoted", 'single' \\ [] {"a":1} \u0000-free 😀 ${'long '.repeat(50)}`.replace('\u0000', '');
  const database = await openDatabase();
  const writer = await openWriter(database);
  writer.item({ id: "o'a" as ItemId, title, categories: ['x, y', '["z"]', 'é'], url: 'https://example.com/?a=b&c=d' });
  writer.event(click("o'a", at));
  await writer.finish(directory, 'test', 0);
  database.close();
  expect((await openDataset(directory)).items).toEqual([
    { id: "o'a", title, categories: ['x, y', '["z"]', 'é'], url: 'https://example.com/?a=b&c=d', publishedAtMs: at },
  ]);
});

test.each([
  ['nothing', undefined, /is not a data set/],
  ['no JSON', '{', /is not JSON/],
  ['another version', '{"version":2}', /version 2, this build reads 1/],
])('refuses a directory with %s', async (_, content, message) => {
  if (content !== undefined) writeFileSync(join(directory, 'dataset.json'), content);
  await expect(openDataset(directory)).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) });
});

test('refuses tables that do not match dataset.json', async () => {
  const info = await write([click('a', at), click('b', at)]);
  writeFileSync(join(directory, 'dataset.json'), JSON.stringify({ ...info, events: 3 }));
  await expect(openDataset(directory)).rejects.toThrow(/promises 3 events/);
});
