import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineFeatures } from '../../shared/feature/define.ts';
import { computeFeatures } from '../feature/compute.ts';
import { openDataset } from '../log/dataset.ts';
import { logToDataset } from '../log/to-dataset.ts';
import { eventRow, hourText, memoryLog } from '../pull/fixture.case.ts';
import { pullLog } from '../pull/pull.ts';
import { importData } from './import.ts';

const nowMs = Date.UTC(2026, 0, 1);
let root: string;
let out: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-entity-'));
  out = join(root, 'out');
  mkdirSync(join(root, 'in'));
});
afterEach(() => rmSync(root, { recursive: true }));

const definitions = defineFeatures({
  cardEvents: { entity: 'named', key: 'card', aggregate: { kind: 'count' }, events: ['purchase'], placement: 'edge' },
  cardsOfItem: { entity: 'item', aggregate: { kind: 'distinct', of: 'entities.card' }, events: ['purchase'], placement: 'edge' },
});

/** Values of both features for item a, and the card c1. */
async function ask(tMs: number): Promise<number[]> {
  return [...(await computeFeatures(out, definitions, [{ tMs, item: 'a', entities: { card: 'c1' } }])).values];
}

describe('named entities', () => {
  test.each<[string, 'csv' | 'ndjson', string, string[]]>([
    [
      'columns of their own',
      'csv',
      'user,item,type,time,entities.card\nu,a,purchase,1600000000,c1\nu,a,purchase,1600000001,c2\nu,a,purchase,1600000002,\nu,b,purchase,1600000003,c1\n',
      [],
    ],
    [
      'columns that are mapped',
      'csv',
      'user,item,type,time,card_id\nu,a,purchase,1600000000,c1\nu,a,purchase,1600000001,c2\nu,a,purchase,1600000002,\nu,b,purchase,1600000003,c1\n',
      ['entities.card=card_id'],
    ],
    [
      'an object, as the Worker logs them',
      'ndjson',
      [
        ['a', { card: 'c1', device: 'd' }],
        ['a', { card: 'c2' }],
        ['a', undefined],
        ['b', { card: 'c1' }],
      ]
        .map(([item, entities], i) => JSON.stringify({ user: 'u', item, type: 'purchase', time: 1600000000 + i, entities }))
        .join('\n'),
      [],
    ],
  ])('of an import: %s', async (_, format, text, map) => {
    writeFileSync(join(root, 'in', `events.${format}`), text);
    await importData({ format, input: [join(root, 'in')], out, nowMs, map });
    expect(await ask(1600000010_000)).toEqual([2, 2]);
    expect(await ask(1600000002_000)).toEqual([1, 2]);
    const { card } = (await openDataset(out)).events.entities;
    expect([...(card?.index ?? [])].map((i) => card?.keys[i])).toEqual(['c1', 'c2', undefined, 'c1']);
  });

  test('that could be no key are rejected with their row', async () => {
    const rows = [{ card: 'x'.repeat(129) }, { 'no name': 'x' }, 'card', { card: 'c1' }].map((entities, i) =>
      JSON.stringify({ user: 'u', item: 'a', type: 'purchase', time: 1600000000 + i, entities }),
    );
    writeFileSync(join(root, 'in', 'events.ndjson'), rows.join('\n'));
    expect(await importData({ format: 'ndjson', input: [join(root, 'in')], out, nowMs })).toMatchObject({
      events: 1,
      rejectedByCode: { 'bad-id': 3 },
    });
    expect(readFileSync(join(out, 'rejected.ndjson'), 'utf8')).toContain('no name is not the name of an entity');
    await expect(
      importData({ format: 'ndjson', input: [join(root, 'in')], out, nowMs, map: ['entities.a b=card'] }),
    ).rejects.toThrow(/not the name of an entity/);
  });

  test('of a log that was pulled, also of one whose older hours know none', async () => {
    const log = memoryLog();
    log.put('event', hourText(0), [eventRow(1, { item: 'a', type: 'purchase' })]);
    const directory = join(root, 'log');
    const pull = () => pullLog({ source: log.source, site: 'shop', out: directory });
    await pull();
    const toDataset = () => logToDataset({ log: directory, items: [{ id: 'a', title: 'A', categories: [] }] as never, out });
    await toDataset();
    expect((await openDataset(out)).events.entities).toEqual({});
    log.put(
      'event',
      hourText(1),
      [2, 3].map((n) => eventRow(n, { item: 'a', type: 'purchase', entities: { card: `c${n - 1}` } })),
    );
    await pull();
    await toDataset();
    expect(await ask(Date.UTC(2026, 11))).toEqual([1, 2]);
  });
});
