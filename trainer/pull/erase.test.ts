import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../adapter/duckdb.ts';
import { hourFile, hoursOf, hoursSql } from '../log/layout.ts';
import { compactLog } from './compact.ts';
import { atMs, eventRow, hourText, type MemoryLog, memoryLog } from './fixture.case.ts';
import { pullLog } from './pull.ts';

let root: string;
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-erase-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const newFolder = () => join(root, `log-${count++}`);
const pull = (log: MemoryLog, out: string) => pullLog({ source: log.source, site: 'shop', out });
const forget = (log: MemoryLog, user: string, untilMs: number) =>
  log.forgotten.push({ user: createHash('sha256').update(user).digest('hex'), untilMs });

async function idsOf(out: string): Promise<string[]> {
  const hours = await hoursOf(out, 'event');
  if (hours.length === 0) return [];
  const database = await openDatabase();
  try {
    return (await database.rows<{ id: string }>(`SELECT id FROM ${hoursSql(out, 'event', hours)} ORDER BY id`)).map(
      ({ id }) => id,
    );
  } finally {
    database.close();
  }
}
const texts = (log: MemoryLog) => [...log.objects().values()].join('');

describe('compaction with the Worker', () => {
  test('removes every object that holds rows of who was forgotten, once the others in it are here', async () => {
    const log = memoryLog();
    const out = newFolder();
    // eventRow(n) is of user-(n mod 5).
    log.put('event', hourText(0), [eventRow(1), eventRow(6)]);
    log.put('event', hourText(0), [eventRow(2), eventRow(7)]);
    log.put('event', hourText(1), [eventRow(11), eventRow(3)]);
    log.put('rejected', hourText(1), [
      { v: 1, from: 'batch', reason: 'bad', atMs: atMs(1), original: '{"user":"user-1"}', encoding: 'utf8' },
    ]);
    log.closedBefore = hourText(3);
    await pull(log, out);
    forget(log, 'user-1', atMs(2));
    await pull(log, out);
    expect(texts(log)).toContain('user-1');
    const report = await compactLog(out, log.source);
    expect(report.erased).toEqual({ examined: 4, removed: 3, kept: 0 });
    expect(texts(log)).not.toContain('user-1');
    expect(texts(log)).toContain('user-2');
    const others = [2, 3, 7].map((n) => eventRow(n).id).sort();
    expect(await idsOf(out)).toEqual(others);
    await pull(log, out);
    expect(await idsOf(out)).toEqual(others);
    // Nobody was forgotten since: nothing is read again.
    expect((await compactLog(out, log.source)).erased).toEqual({ examined: 0, removed: 0, kept: 0 });
  });

  test('keeps an object whose other rows are not here, and takes it when they are', async () => {
    const log = memoryLog();
    const out = newFolder();
    log.put('event', hourText(0), [eventRow(1)]);
    log.closedBefore = hourText(3);
    forget(log, 'user-1', atMs(2));
    await pull(log, out);
    log.put('event', hourText(2), [eventRow(6), eventRow(8)]);
    expect((await compactLog(out, log.source)).erased).toEqual({ examined: 2, removed: 1, kept: 1 });
    expect(texts(log)).toContain(eventRow(8).id);
    await pull(log, out);
    expect((await compactLog(out, log.source)).erased).toEqual({ examined: 1, removed: 1, kept: 0 });
    expect(await idsOf(out)).toEqual([eventRow(8).id]);
  });

  test('removes nothing when a file here is not the one that was written', async () => {
    const log = memoryLog();
    const out = newFolder();
    log.put('event', hourText(0), [eventRow(1), eventRow(2)]);
    log.closedBefore = hourText(3);
    forget(log, 'user-1', atMs(2));
    await pull(log, out);
    appendFileSync(hourFile(out, 'event', hourText(0)), 'x');
    await expect(compactLog(out, log.source)).rejects.toThrow(/not the file that was written/);
    expect(log.objects().size).toBe(1);
  });

  test('never loses an event of anybody else, whatever is pulled, forgotten, interrupted or sent again', async () => {
    const batches = fc.array(fc.record({ events: fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }), hour: fc.nat(3) }), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(batches, batches, fc.subarray([0, 1, 2, 3, 4]), fc.nat(12), async (first, second, forgotten, calls) => {
        const log = memoryLog();
        const out = newFolder();
        log.closedBefore = hourText(9);
        const all = new Set<number>();
        const put = (part: typeof first) => {
          for (const { events, hour } of part) {
            log.put(
              'event',
              hourText(hour),
              events.map((n) => eventRow(n)),
            );
            for (const n of events) all.add(n);
          }
        };
        put(first);
        for (const u of forgotten) forget(log, `user-${u}`, atMs(9));
        await pull(log, out);
        put(second);
        let left = calls;
        log.fault = () => {
          if (left-- === 0) throw new Error('unreachable');
        };
        await compactLog(out, log.source).catch(() => {});
        log.fault = () => {};
        const kept = [...all].filter((n) => !forgotten.includes(n % 5)).map((n) => eventRow(n).id);
        // What is not here is still there.
        const here = new Set(await idsOf(out));
        for (const id of kept) expect(here.has(id) || texts(log).includes(id)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});
