import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogType } from '../../shared/contract/key.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { hourFile, hoursOf, hoursSql } from '../log/layout.ts';
import { atMs, eventRow, hourText, type MemoryLog, memoryLog } from './fixture.case.ts';
import { pullLog } from './pull.ts';

let root: string;
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-pull-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const newFolder = () => join(root, `log-${count++}`);
const pull = (log: MemoryLog, out: string) => pullLog({ source: log.source, site: 'shop', out });
const statePath = (out: string, n: number) => join(out, '_pull', 'event', `${hourText(n)}.json`);
const hashOf = (user: string) => createHash('sha256').update(user).digest('hex');

async function rowsOf(out: string, type: LogType = 'event'): Promise<Record<string, unknown>[]> {
  const hours = await hoursOf(out, type);
  if (hours.length === 0) return [];
  const database = await openDatabase();
  try {
    return await database.rows(
      `SELECT * FROM ${hoursSql(out, type, hours)} ORDER BY hour, ${type === 'event' ? 'tMs, id' : 'slate'}`,
    );
  } finally {
    database.close();
  }
}
const idsOf = async (out: string) => (await rowsOf(out)).map(({ id }) => id as string);

describe('pull', () => {
  test('brings what the Worker logged, as typed columns by hour', async () => {
    const log = memoryLog();
    const full = {
      surface: 'home',
      slate: 's',
      position: 3,
      propensity: 0.25,
      order: 'edge',
      value: 1.5,
      quantity: 2,
      verified: true,
      entities: { card: '4711' },
    };
    log.put('event', hourText(0), [eventRow(1, full), eventRow(2)]);
    log.put('event', hourText(1), [eventRow(3)]);
    const out = newFolder();
    const report = await pull(log, out);
    expect(report.event).toEqual({ hours: 2, objects: 2, read: 3, rows: 3, duplicates: 0, forgotten: 0, invalid: 0, fetched: 2 });
    const rows = await rowsOf(out);
    expect(rows[0]).toEqual({
      ...eventRow(1, full),
      entities: '{"card":"4711"}',
      tMs: BigInt(eventRow(1).tMs),
      receivedMs: BigInt(eventRow(1).receivedMs),
      hour: hourText(0),
    });
    expect(rows[1]).toMatchObject({ id: eventRow(2).id, surface: null, verified: null, value: null });
    expect(rows[2]?.hour).toBe(hourText(1));
  });

  test('slates: candidates as lists, served values as bytes, once each', async () => {
    const log = memoryLog();
    const served = Buffer.from(Float32Array.of(1.5, Number.NaN).buffer).toString('base64');
    const record = {
      v: 1,
      site: 'shop',
      slate: 'one',
      surface: 'home',
      release: 'r',
      arm: 'a',
      rank: 'device',
      issuedAtMs: atMs(0),
      count: 1,
      featureHash: 'h',
      items: ['x', 'y'],
      scores: [1, 0.5],
      sources: [1, 3],
      propensities: [1, 1],
      served,
      degraded: [],
    };
    log.put('slate', hourText(0), [
      record,
      { ...record, slate: 'two', user: 'user-1', session: 'z', seeds: ['x'], device: 'phone', timeZoneMinutes: 60 },
    ]);
    log.put('slate', hourText(0), [record]);
    const out = newFolder();
    expect((await pull(log, out)).slate).toMatchObject({ read: 3, rows: 2, duplicates: 1 });
    const [one, two] = await rowsOf(out, 'slate');
    expect(one).toMatchObject({ items: ['x', 'y'], scores: [1, 0.5], sources: [1, 3], seeds: null });
    expect(Buffer.from(one?.served as Uint8Array).readFloatLE(0)).toBe(1.5);
    expect(two).toMatchObject({ seeds: ['x'], device: 'phone', timeZoneMinutes: 60 });
  });

  test('a second pull fetches what is new, and nothing of closed hours', async () => {
    const log = memoryLog();
    const out = newFolder();
    log.put('event', hourText(0), [eventRow(1)]);
    log.put('event', hourText(1), [eventRow(2)]);
    log.closedBefore = hourText(1);
    await pull(log, out);
    log.put('event', hourText(1), [eventRow(3)]);
    const again = await pull(log, out);
    expect(again.event).toMatchObject({ rows: 3, objects: 3, fetched: 1 });
    expect(log.reads).toBe(3);
    expect(JSON.parse(readFileSync(statePath(out, 0), 'utf8'))).toMatchObject({
      closed: true,
      names: [],
    });
    expect(readdirSync(join(out, '_pull', 'staging', 'event'))).toEqual([]);
  });

  test('copies of an event are one, in an object, in an hour, over hours, whatever kind of id', async () => {
    const log = memoryLog();
    const out = newFolder();
    const old = { id: '5f0f3b1e-8a52-4c9f-9f55-0a8b1b7f2d11' };
    log.put('event', hourText(0), [eventRow(1), eventRow(1), eventRow(2, old)]);
    log.put('event', hourText(0), [eventRow(1, { receivedMs: atMs(0) }), eventRow(3)]);
    log.put('event', hourText(30), [eventRow(3), eventRow(4, old), eventRow(5)]);
    expect((await pull(log, out)).event).toMatchObject({ read: 8, rows: 4, duplicates: 4 });
    log.put('event', hourText(31), [eventRow(5), eventRow(1)]);
    expect((await pull(log, out)).event).toMatchObject({ read: 10, rows: 4, duplicates: 6, hours: 2 });
    const rows = await rowsOf(out);
    expect(rows.map(({ id }) => id).sort()).toEqual([eventRow(1).id, eventRow(3).id, eventRow(5).id, old.id].sort());
    // The copy that was received first stays.
    expect(rows.find(({ id }) => id === eventRow(1).id)?.receivedMs).toBe(BigInt(atMs(0)));
  });

  test('rows that are no events are counted and left out', async () => {
    const log = memoryLog();
    const out = newFolder();
    const bad = [
      '{',
      '7',
      '[]',
      { ...eventRow(1), tMs: 'x' },
      { ...eventRow(1), id: undefined },
      { ...eventRow(1), site: 'other' },
      { ...eventRow(1), type: 'stare' },
      { ...eventRow(1), position: 0.5 },
    ];
    log.put('event', hourText(0), [...bad, eventRow(2)]);
    log.put('event', hourText(1), bad);
    expect((await pull(log, out)).event).toMatchObject({ read: 17, rows: 1, invalid: 16, hours: 1 });
  });

  test('who was forgotten is dropped, also from hours that were pulled before; who came back stays', async () => {
    const log = memoryLog();
    const out = newFolder();
    log.put('event', hourText(0), [eventRow(1), eventRow(2), eventRow(6)]);
    log.put('event', hourText(1), [eventRow(3)]);
    log.closedBefore = hourText(1);
    await pull(log, out);
    log.forgotten.push({ user: hashOf('user-1'), untilMs: eventRow(5).receivedMs });
    log.put('event', hourText(2), [eventRow(1), eventRow(11)]);
    expect((await pull(log, out)).event).toMatchObject({ read: 6, rows: 4, forgotten: 2, duplicates: 0 });
    expect(await idsOf(out)).toEqual([2, 6, 3, 11].map((n) => eventRow(n).id));
    log.forgotten.push({ user: hashOf('user-1'), untilMs: atMs(5) });
    expect((await pull(log, out)).event).toMatchObject({ rows: 2, forgotten: 4, hours: 2 });
    expect((await pull(log, out)).event).toMatchObject({ rows: 2, forgotten: 4, read: 6 });
  });

  test('waits for nobody: a log that another process changes is refused, one that a dead process left is taken', async () => {
    const out = newFolder();
    const log = memoryLog();
    await pull(log, out);
    const lock = join(out, '_pull', 'lock');
    writeFileSync(lock, String(process.ppid));
    await expect(pull(log, out)).rejects.toThrow(/another process/);
    writeFileSync(lock, '999999999');
    await pull(log, out);
    expect(existsSync(lock)).toBe(false);
  });

  test('refuses a directory of something else or of another site', async () => {
    const out = newFolder();
    await pull(memoryLog(), out);
    await expect(pullLog({ source: memoryLog().source, site: 'other', out })).rejects.toMatchObject({ code: 'bad-input' });
    writeFileSync(join(root, 'mine.txt'), '');
    await expect(pull(memoryLog(), root)).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('a change of an hour that was interrupted', () => {
  /** A log directory whose second pull was killed when its state said what comes, and the file before or after it took its place. */
  async function killed(at: 'before the rename' | 'after the rename') {
    const log = memoryLog();
    const out = newFolder();
    log.put('event', hourText(0), [eventRow(1)]);
    await pull(log, out);
    const file = hourFile(out, 'event', hourText(0));
    const old = { state: JSON.parse(readFileSync(statePath(out, 0), 'utf8')), bytes: readFileSync(file) };
    log.put('event', hourText(0), [eventRow(1), eventRow(2)]);
    await pull(log, out);
    const { version: _, closed: __, ...next } = JSON.parse(readFileSync(statePath(out, 0), 'utf8'));
    writeFileSync(statePath(out, 0), JSON.stringify({ ...old.state, next }));
    if (at === 'before the rename') writeFileSync(file, old.bytes);
    return { log, out };
  }

  test.each(['before the rename', 'after the rename'] as const)('%s: is undone or done', async (at) => {
    const { log, out } = await killed(at);
    const reads = log.reads;
    expect((await pull(log, out)).event).toMatchObject({ read: 3, rows: 2, duplicates: 1 });
    expect(log.reads - reads).toBe(at === 'before the rename' ? 1 : 0);
    expect(await idsOf(out)).toEqual([eventRow(1).id, eventRow(2).id]);
    expect(existsSync(join(out, '_pull', 'staging', 'event', `hour=${hourText(0)}`))).toBe(false);
  });
});

describe('counting is exact', () => {
  const sent = fc.array(fc.record({ event: fc.nat(12), hour: fc.nat(3), batch: fc.nat(3) }), { maxLength: 40 });

  test('duplicates, order and interruptions change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(sent, sent, fc.array(fc.nat(12), { maxLength: 3 }), async (first, second, faults) => {
        const out = newFolder();
        const log = memoryLog();
        const all = new Set<string>();
        for (const [part, events] of [first, second].entries()) {
          for (const { event, hour, batch } of events) all.add(`${event}`).add(`${hour}${batch}`.slice(2) || `${event}`);
          const groups = Map.groupBy(events, ({ hour, batch }) => `${hour}/${part}${batch}`);
          for (const [name, rows] of groups) {
            const hour = Number(name.split('/')[0]);
            log.put(
              'event',
              hourText(hour),
              rows.map(({ event }) => eventRow(event)),
              `${part}${name.split('/')[1]}`,
            );
          }
          for (const allowed of faults) {
            let calls = 0;
            log.fault = () => {
              if (calls++ >= allowed) throw new Error('unreachable');
            };
            await pull(log, out).catch(() => {});
          }
          log.fault = () => {};
          const report = await pull(log, out);
          const total = part === 0 ? first : [...first, ...second];
          const distinct = new Set(total.map(({ event }) => eventRow(event).id));
          expect(report.event).toMatchObject({
            read: total.length,
            rows: distinct.size,
            duplicates: total.length - distinct.size,
          });
          expect((await idsOf(out)).sort()).toEqual([...distinct].sort());
        }
      }),
      { numRuns: 10 },
    );
  });
});
