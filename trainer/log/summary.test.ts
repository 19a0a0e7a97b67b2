import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compactLog } from '../pull/compact.ts';
import { eventRow, hourText, memoryLog } from '../pull/fixture.case.ts';
import { pullLog } from '../pull/pull.ts';
import { hourFile } from './layout.ts';
import { summariseLog } from './summary.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-log-'));
});
afterAll(() => rmSync(root, { recursive: true }));

test('a summary counts, and names hours without events', async () => {
  const log = memoryLog();
  const shown = { type: 'impression', slate: 's', surface: 'home' };
  const late = (n: number, ms: number) => eventRow(n, { receivedMs: eventRow(n).tMs + ms });
  log.put('event', hourText(0), [eventRow(1, shown), ...Array(2).fill(eventRow(2, { ...shown, verified: true }))]);
  log.put('event', hourText(3), [late(3, 5000), late(4, 7_200_000)]);
  const out = join(root, 'summary');
  await pullLog({ source: log.source, site: 'shop', out });
  const summary = await summariseLog(out);
  expect(summary).toMatchObject({
    site: 'shop',
    event: { read: 5, rows: 4, duplicates: 1, forgotten: 0, invalid: 0 },
    slate: { read: 0, rows: 0 },
    byType: { click: 2, impression: 2 },
    bySurface: { home: 2, none: 2 },
    users: 4,
    latenessMs: { p50: 250, max: 7_200_000 },
    overAnHourLate: 0.25,
    verifiedShare: 0.5,
    gaps: [hourText(1), hourText(2)],
  });
  expect(summary.hours.map(({ at, events }) => [at, events])).toEqual([
    [hourText(0), 2],
    [hourText(3), 2],
  ]);
  expect(summary.days).toEqual([{ at: hourText(0).slice(0, 10), events: 4, impressions: 2, slates: 0, users: 4 }]);
});

test('a log without anything has a summary, and what is no log has none', async () => {
  const out = join(root, 'empty');
  await pullLog({ source: memoryLog().source, site: 'shop', out });
  expect(await summariseLog(out)).toMatchObject({ byType: {}, days: [], gaps: [] });
  await expect(summariseLog(root)).rejects.toMatchObject({ code: 'bad-input' });
});

test('compaction makes one file of logs that were copied together, and refuses damaged ones', async () => {
  const [one, two] = [join(root, 'one'), join(root, 'two')];
  for (const [i, out] of [one, two].entries()) {
    const log = memoryLog();
    log.put('event', hourText(0), [eventRow(1), eventRow(2 + i)]);
    await pullLog({ source: log.source, site: 'shop', out });
  }
  const file = (out: string) => hourFile(out, 'event', hourText(0));
  await copyFile(file(two), file(one).replace('part-0', 'part-other'));
  expect(await compactLog(one)).toEqual({ checked: 1, compacted: 1, rows: { event: 3, slate: 0, rejected: 0 } });
  expect(await compactLog(one)).toEqual({ checked: 1, compacted: 0, rows: { event: 3, slate: 0, rejected: 0 } });
  expect((await summariseLog(one)).event).toEqual({ read: 4, rows: 3, duplicates: 1, forgotten: 0, invalid: 0 });
  await truncate(file(one), 100);
  await expect(compactLog(one)).rejects.toMatchObject({ code: 'bad-input' });
});
