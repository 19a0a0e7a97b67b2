import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventTypes } from '../../shared/contract/event.ts';
import { openDataset } from '../log/dataset.ts';
import { detectInput } from './detect.ts';
import { type ImportOptions, importData } from './import.ts';

const nowMs = Date.UTC(2026, 0, 1);
let root: string;
let input: string;
let out: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-import-'));
  input = join(root, 'in');
  out = join(root, 'out');
  mkdirSync(input);
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(input, name), content);
  return join(input, name);
};
const run = (more: Partial<ImportOptions> = {}) => importData({ format: 'csv', input: [input], out, nowMs, ...more });
const rejectedRows = () =>
  readFileSync(join(out, 'rejected.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { file: string; line: number; code: string; reason: string; raw: string });
const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

const items = 'id,title,category,brand,price,published\na,Apple,Fruit|Food,Orchard,1.5,2020-01-01\nb,Bread,Food,,2,\n';
const events =
  'user,item,type,timestamp,value\nu1,a,view,1600000000,\nu1,b,purchase,1600000060000,2\nu2,a,click,2020-09-13T13:00:00Z,\n';

describe('a csv import', () => {
  test('makes a data set that opens as columns', async () => {
    put('items.csv', items);
    put('events.csv', events);
    const report = await run();
    expect(report).toMatchObject({ version: 1, name: 'in', items: 2, events: 3, rejected: 0, fromMs: 1_600_000_000_000 });
    const data = await openDataset(out);
    expect(data.items).toEqual([
      {
        id: 'a',
        title: 'Apple',
        categories: ['Fruit', 'Food'],
        brand: 'Orchard',
        price: 1.5,
        publishedAtMs: Date.UTC(2020, 0, 1),
      },
      // Without an arrival date the first event is the arrival.
      { id: 'b', title: 'Bread', categories: ['Food'], price: 2, publishedAtMs: 1_600_000_060_000 },
    ]);
    const { events: log } = data;
    expect([...log.type].map((type) => eventTypes[type])).toEqual(['view', 'purchase', 'click']);
    expect([...log.item]).toEqual([0, 1, 0]);
    expect([...log.user].map((user) => log.users[user])).toEqual(['u1', 'u1', 'u2']);
    expect([...log.tMs]).toEqual([1_600_000_000_000, 1_600_000_060_000, Date.UTC(2020, 8, 13, 13)]);
    expect([...log.value]).toEqual([Number.NaN, 2, Number.NaN]);
    expect([...log.slate, ...log.position]).toEqual([-1, -1, -1, -1, -1, -1]);
    // A minute apart is one session; another visitor is another.
    expect(log.session[0]).toBe(log.session[1]);
    expect(log.session[2]).not.toBe(log.session[0]);
  });

  test('keeps every bad row with its place and reason', async () => {
    put('items.csv', `${items}a,Again,,,,\nc,Cheese,,,NaN,\nd,Dates,,,inf,\n,Nameless,,,,\ne,Eggs,,,-1,\n`);
    const bad: [string, string][] = [
      ['u1,a,view,9999-12-31T00:00:00Z,', 'future-time'],
      ['u1,a,view,soon,', 'bad-time'],
      ['u1,a,view,,', 'missing-field'],
      [',a,view,1600000000,', 'missing-field'],
      ['u1,zzz,view,1600000000,', 'unknown-item'],
      ['u1,c,view,1600000000,', 'unknown-item'],
      ['u1,a,teleport,1600000000,', 'unknown-type'],
      ['u1,a,rating,1600000000,', 'missing-value'],
      ['u1,a,purchase,1600000000,NaN', 'bad-number'],
      ['u1,a,view', 'column-count'],
      ['u1,"a,view,1600000000,', 'bad-quote'],
    ];
    put('events.csv', `${events}${bad.map(([row]) => row).join('\n')}\n`);
    const report = await run();
    expect(report).toMatchObject({ items: 2, events: 3, rejected: 5 + bad.length });
    const rejected = rejectedRows();
    expect(rejected.slice(0, 5).map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      'items.csv:4 duplicate-item',
      'items.csv:5 bad-number',
      'items.csv:6 bad-number',
      'items.csv:7 missing-field',
      'items.csv:8 bad-number',
    ]);
    expect(rejected.slice(5).map(({ code, line, raw }) => ({ code, line, raw }))).toEqual(
      bad.map(([raw, code], i) => ({ code, line: 5 + i, raw })),
    );
    expect(Object.values(report.rejectedByCode).reduce((a, b) => a + b)).toBe(report.rejected);
  });

  test('an event id that came before is rejected, with its row', async () => {
    put('items.csv', items);
    put('events.csv', 'id,user,item,time\ne1,u,a,1600000000\ne2,u,a,1600000001\ne1,u,b,1600000002\n');
    expect(await run()).toMatchObject({ events: 2, rejected: 1 });
    expect(rejectedRows()).toMatchObject([{ line: 4, code: 'duplicate-event', raw: 'e1,u,b,1600000002' }]);
  });

  test('equal rows without an id are two events with different ids', async () => {
    put('items.csv', items);
    put('events.csv', 'user,item,time\nu,a,1600000000\nu,a,1600000000\n');
    expect(await run()).toMatchObject({ events: 2, rejected: 0 });
  });

  test('the same input gives the same bytes, and other input another digest', async () => {
    put('items.csv', items);
    put('events.csv', events);
    const first = await run();
    const second = await run({ out: join(root, 'again') });
    for (const name of readdirSync(out)) expect(digest(join(root, 'again', name))).toBe(digest(join(out, name)));
    put('events.csv', events.replace('u2', 'u3'));
    const third = await run();
    expect(second.sha256).toBe(first.sha256);
    expect(third.sha256).not.toBe(first.sha256);
  });

  test('nothing but bad rows fails, says why, and leaves no trace', async () => {
    put('items.csv', items);
    put('events.csv', 'user,item,time\nu,zzz,1600000000\nu,a,never\n');
    await expect(run()).rejects.toMatchObject({
      code: 'no-data',
      message: expect.stringContaining('2 rows were rejected'),
      hint: expect.stringContaining('events.csv:2: item zzz is not in the catalogue'),
    });
    expect(readdirSync(root)).toEqual(['in']);
  });

  test('a failed import leaves the data set that was there', async () => {
    put('items.csv', items);
    put('events.csv', events);
    await run();
    const before = digest(join(out, 'events.parquet'));
    put('events.csv', 'user,item,time\n');
    await expect(run()).rejects.toThrow(/has no rows/);
    expect(digest(join(out, 'events.parquet'))).toBe(before);
    expect(readdirSync(root).sort()).toEqual(['in', 'out']);
  });

  test('a directory of other things is not overwritten', async () => {
    put('items.csv', items);
    put('events.csv', events);
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.txt'), 'precious');
    await expect(run()).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('holds other files') });
    expect(readFileSync(join(out, 'thesis.txt'), 'utf8')).toBe('precious');
  });

  test.each([
    ['an empty file', '', /events\.csv is empty/],
    ['no time column', 'user,item\nu,a\n', /events\.csv: no column for "time"/],
    ['no user column', 'item,time\na,1600000000\n', /no column for "user"/],
  ])('refuses %s', async (_, content, message) => {
    put('items.csv', items);
    put('events.csv', content);
    await expect(run()).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });

  test('a directory without events names what it found', async () => {
    put('sales.csv', events);
    await expect(run()).rejects.toThrow(/has no events\.csv\. Files found: sales\.csv/);
  });
});

describe('whatever the bytes', () => {
  // One good row makes sure that the import succeeds, so that every other row must be accounted for.
  const good = 'u,a,1600000000';
  const value = fc.oneof(
    fc.constantFrom('u', 'a', 'zzz', '1600000000', '2020-01-01', '', 'NaN', '__proto__'),
    fc.string({ maxLength: 6 }),
  );
  const row = fc.oneof(
    fc.array(value, { minLength: 1, maxLength: 4 }).map((values) => values.join(',')),
    fc.string({ maxLength: 12 }),
  );

  test('every row is either an event or in rejected.ndjson', async () => {
    put('items.csv', items);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 12 }), async (rows) => {
        const lines = rows.map((line) => line.replace(/["\r\n]/g, '')).filter((line) => line !== '');
        put('events.csv', ['user,item,time', ...lines, good].join('\n'));
        const report = await run();
        expect(report.events + report.rejected).toBe(lines.length + 1);
        expect(rejectedRows()).toHaveLength(report.rejected);
      }),
      { numRuns: 25 },
    );
  });

  test('bytes of any kind are a report or a Failure', async () => {
    put('items.csv', items);
    const start = { csv: 'user,item,time\n', ndjson: '{"user":"u","item":"a","time":1600000000}\n' };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('csv' as const, 'ndjson' as const),
        fc.uint8Array({ maxLength: 200 }),
        async (format, bytes) => {
          const file = put(`log.${format}`, Buffer.concat([Buffer.from(start[format]), bytes]));
          const outcome = await run({ format, input: [], events: [file], items: join(input, 'items.csv') }).catch(
            (error: unknown) => error,
          );
          expect(outcome).toMatchObject(outcome instanceof Error ? { name: 'Failure' } : { version: 1 });
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('other inputs', () => {
  test('ndjson, as the Worker logs it', async () => {
    put('items.ndjson', '{"id":"a","title":"Apple","categories":["Fruit"],"price":1.5,"available":true}\n');
    const event = { id: 'e1', type: 'impression', site: 'demo', user: 'u', session: 's', item: 'a', tMs: 1_600_000_000_000 };
    const shown = { ...event, slate: 'l', position: 3, propensity: 0.25, order: 'device', verified: true };
    put('events.ndjson', `${JSON.stringify(shown)}\n[1]\n{"broken\n{"item":{"a":1},"user":"u","time":1600000000}\n`);
    expect(await run({ format: 'ndjson' })).toMatchObject({ items: 1, events: 1, rejected: 3 });
    expect(rejectedRows().map(({ line, code }) => `${line} ${code}`)).toEqual(['2 not-an-object', '3 not-json', '4 bad-id']);
    const { events: log, items: read } = await openDataset(out);
    expect(read[0]).toMatchObject({ categories: ['Fruit'], available: true });
    expect({ slate: log.slate[0], position: log.position[0], propensity: log.propensity[0] }).toEqual({
      slate: 0,
      position: 3,
      propensity: 0.25,
    });
  });

  test('a log without a catalogue makes its items, under a mapping', async () => {
    const file = put('clicks.csv', 'year,month,day,order,who,what,kind,cost\n2008,4,1,2,s1,m1,3,28\n2008,4,1,1,s1,m2,1,33\n');
    const map = [
      'user=who,item=what,time={year}-{month}-{day},timeOffsetSeconds=order',
      'items.categories=Kind {kind},items.price=cost',
    ];
    expect(await run({ input: [], events: [file], map })).toMatchObject({ items: 2, events: 2 });
    const { items: made, events: log } = await openDataset(out);
    expect(made[0]).toMatchObject({ id: 'm1', title: 'm1', categories: ['Kind 3'], price: 28 });
    expect([...log.tMs].map((tMs) => tMs - Date.UTC(2008, 3, 1))).toEqual([1000, 2000]);
    expect([...log.item]).toEqual([1, 0]);
  });

  test('a mapping file beside the data is used', async () => {
    put('items.csv', 'sku,label\na,Apple\n');
    put('events.csv', 'who,sku,at\nu,a,1600000000\n');
    put('map.json', '{ "title": "label", "user": "who", "time": "at", "type": "=purchase" }');
    await run();
    const { items: read, events: log } = await openDataset(out);
    expect(read[0]?.title).toBe('Apple');
    expect(eventTypes[log.type[0] ?? 0]).toBe('purchase');
  });

  test('several files of events are one log', async () => {
    put('items.csv', items);
    put('events-1.csv', 'user,item,time\nu,a,1600000005\n');
    put('events-2.csv', 'user,item,time\nu,b,1600000000\n');
    await run();
    expect([...(await openDataset(out)).events.item]).toEqual([1, 0]);
  });

  test('movielens: genres, years, tags and first ratings', async () => {
    put(
      'movies.csv',
      'movieId,title,genres\n1,"Toy, Story (1995)",Animation|Comedy\n2,Untitled,(no genres listed)\n3,Unseen (2001),Drama\n',
    );
    put(
      'ratings.csv',
      'userId,movieId,rating,timestamp\n1,1,4.0,964982703\n2,1,3.5,964982000\n1,2,5.0,964982704\n1,9,5.0,964982704\n',
    );
    put('tags.csv', 'userId,movieId,tag,timestamp\n1,1,Pixar,964982703\n2,1,pixar ,964982703\n1,1,fun,964982703\n');
    expect(detectInput(input)).toBe('movielens');
    expect(await run({ format: 'movielens' })).toMatchObject({ items: 3, events: 3, rejected: 1 });
    const { items: films, events: log } = await openDataset(out);
    expect(films).toEqual([
      {
        id: '1',
        title: 'Toy, Story (1995)',
        categories: ['Animation', 'Comedy'],
        publishedAtMs: 964_982_000_000,
        text: '1995, pixar, fun',
      },
      { id: '2', title: 'Untitled', categories: [], publishedAtMs: 964_982_704_000 },
      { id: '3', title: 'Unseen (2001)', categories: ['Drama'], text: '2001' },
    ]);
    expect([...log.value]).toEqual([3.5, 4, 5]);
  });
});

test('detectInput tells what a directory holds', async () => {
  expect(detectInput(input)).toBeUndefined();
  expect(detectInput(join(root, 'nowhere'))).toBeUndefined();
  put('events.jsonl', '{}\n');
  expect(detectInput(input)).toBe('ndjson');
  put('items.csv', items);
  put('events.csv', events);
  expect(detectInput(input)).toBe('csv');
  await run();
  expect(detectInput(out)).toBe('dataset');
});
