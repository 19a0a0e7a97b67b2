import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventTypes } from '../../shared/contract/event.ts';
import type { ItemId } from '../../shared/contract/id.ts';
import { createFeatureSet } from '../../shared/feature/create.ts';
import { defineFeatures } from '../../shared/feature/define.ts';
import type { FeatureQuery } from '../../shared/feature/query.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { computeFeatures } from '../feature/compute.ts';
import { openDataset } from '../log/dataset.ts';
import { openWriter } from '../log/write.ts';
import { createRandom } from '../random.ts';
import { featureEvent } from './event.ts';
import { replay, replayAll } from './replay.ts';

const events = ['view', 'click', 'purchase'] as const;
const item = { entity: 'item', placement: 'catalog', events } as const;
/** Catalogue aggregates over every field of an event. */
const definitions = defineFeatures({
  visitors: { ...item, aggregate: { kind: 'distinct', of: 'user' } },
  visits: { ...item, aggregate: { kind: 'distinct', of: 'session', windowSeconds: 86_400 } },
  places: { ...item, aggregate: { kind: 'distinct', of: 'surface' } },
  cards: { ...item, aggregate: { kind: 'distinct', of: 'entities.card' } },
  home: { ...item, aggregate: { kind: 'count' }, where: { surface: 'home' } },
  dear: { ...item, aggregate: { kind: 'count' }, where: { minValue: 4.35 } },
  sold: { ...item, aggregate: { kind: 'sum', of: 'quantity' } },
  paid: { ...item, aggregate: { kind: 'mean', of: 'value', last: 3 } },
  newest: { ...item, aggregate: { kind: 'last', nth: 2, of: 'value' } },
  turnover: { ...item, aggregate: { kind: 'sum', of: 'price' } },
  own: { ...item, aggregate: { kind: 'share', attribute: 'brand', value: 'x' } },
});
const names = definitions.map(({ name }) => name);
const set = openFeatureSet(createFeatureSet({ definitions, light: names, heavy: names }));
const startMs = Date.UTC(2025, 0, 1);

async function writeLog(directory: string): Promise<void> {
  const random = createRandom(3, 'event');
  const database = await openDatabase();
  const writer = await openWriter(database);
  for (let i = 0; i < 6; i++)
    writer.item({
      id: `i${i}` as ItemId,
      title: 'I',
      categories: [],
      ...(i % 2 === 0 && { brand: i === 0 ? 'x' : 'y', price: i / 3 }),
    });
  for (let e = 0; e < 500; e++)
    writer.event({
      // Ids that do not follow the order of arrival, many events of one time.
      id: `e${(e * 7919) % 1000}`,
      type: events[random.below(3)] ?? 'view',
      user: `u${random.below(20)}`,
      session: random.below(3) === 0 ? undefined : `s${random.below(30)}`,
      item: `i${random.below(5)}` as ItemId,
      tMs: startMs + random.below(60) * 3_600_000,
      surface: [undefined, 'home', 'similar'][random.below(3)],
      value: [undefined, 4.35, 1.1, 7][random.below(4)],
      quantity: random.below(2) === 0 ? undefined : 1 + random.below(4),
      entities: [undefined, { card: `c${random.below(9)}` }, { device: 'd' }][random.below(3)],
    });
  await writer.finish(directory, 'events', 0);
  database.close();
}

test('the replay counts every field of an event as SQL over the data set does', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-event-'));
  try {
    await writeLog(directory);
    const dataset = await openDataset(directory);
    const nowMs = dataset.info.throughMs + 1;
    const input = { dataset, set, historyItems: [], weights: new Float32Array(eventTypes.length), popularHalfLifeDays: 30 };
    const { catalog } = replayAll(input, nowMs);
    const queries = dataset.items.map(({ id }) => ({ tMs: nowMs, item: id }));
    const sql = await computeFeatures(directory, definitions, queries);
    expect(catalog.columns).toEqual(sql.columns);
    for (const [i, value] of sql.values.entries()) {
      const where = `${names[i % names.length]} of i${Math.floor(i / names.length)}`;
      if (Number.isNaN(value)) expect(catalog.values[i], where).toBeNaN();
      else
        expect(Math.abs((catalog.values[i] as number) - value), where).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
    }
    // Each of them says something.
    for (const [c, name] of names.entries())
      expect(new Set(dataset.items.map((_, i) => catalog.values[i * names.length + c])).size, name).toBeGreaterThan(1);
  } finally {
    await rm(directory, { recursive: true });
  }
});

const count = { events, aggregate: { kind: 'count' }, placement: 'edge' } as const;
/** What the online store keeps, of every kind of entity. */
const online = defineFeatures({
  itemCount: { entity: 'item', ...count },
  itemDecayed: { ...count, entity: 'item', aggregate: { kind: 'decayedCount', halfLifeSeconds: 86_400 } },
  userCount: { entity: 'user', ...count },
  userSince: { ...count, entity: 'user', aggregate: { kind: 'timeSince' } },
  ownCount: { entity: 'userItem', ...count },
  sessionCount: { entity: 'session', ...count },
  cardSum: { ...count, entity: 'named', key: 'card', aggregate: { kind: 'sum', of: 'quantity' } },
});

test('a ranker learns from what the online store would have said, as SQL computes it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-online-'));
  try {
    await writeLog(directory);
    const dataset = await openDataset(directory);
    const own = online.map(({ name }) => name);
    const input = {
      dataset,
      set: openFeatureSet(createFeatureSet({ definitions: online, light: own, heavy: own })),
      historyItems: [],
      weights: new Float32Array(eventTypes.length),
      popularHalfLifeDays: 30,
    };
    // A query for each of some visits, about all items: the first events of their visitor, time and item.
    const keyOf = (e: number) => [dataset.events.user[e], dataset.events.tMs[e], dataset.events.item[e]].join();
    const firsts = new Map(
      Array.from({ length: dataset.events.n }, (_, e) => [keyOf(dataset.events.n - 1 - e), dataset.events.n - 1 - e]),
    );
    const visits = [...firsts.values()].sort((a, b) => a - b).filter((_, i) => i % 7 === 0);
    const at = visits.map((e) => featureEvent(dataset, e));
    const queries = visits.map((e) => ({
      user: dataset.events.user[e] as number,
      tMs: dataset.events.tMs[e] as number,
      targets: [dataset.events.item[e] as number],
      weights: [1],
    }));
    const database = await openDatabase();
    // A data set knows sessions by their place among the sorted ones.
    const sessions = await database.rows<{ session: string }>(
      `SELECT DISTINCT session FROM read_parquet('${join(directory, 'events.parquet')}') ORDER BY session`,
    );
    database.close();
    const ordinals = [...dataset.items.keys()];
    const found: number[] = [];
    replay(input, queries, (_, world) => {
      const values = world.online(ordinals);
      for (const ordinal of ordinals)
        for (const name of own) {
          const value = values[name];
          found.push((typeof value === 'number' ? value : value?.[ordinal]) ?? Number.NaN);
        }
    });
    const asked = at.flatMap(({ tMs, user, session, entities }) =>
      dataset.items.map(
        ({ id }): FeatureQuery => ({
          tMs: tMs - 1,
          item: id,
          ...(user !== undefined && { user }),
          session: sessions[Number(session)]?.session as string,
          ...(entities && { entities }),
        }),
      ),
    );
    const sql = await computeFeatures(directory, online, asked);
    expect(sql.columns).toEqual(own);
    for (const [i, value] of sql.values.entries()) {
      const where = `${own[i % own.length]}, row ${Math.floor(i / own.length)}`;
      const name = own[i % own.length];
      // The edge does not ask about an entity that the request does not name; SQL says what one without events has.
      const isUnnamed = name === 'cardSum' && asked[Math.floor(i / own.length)]?.entities?.card === undefined;
      if (isUnnamed || Number.isNaN(value)) expect(found[i], where).toBeNaN();
      else expect(Math.abs((found[i] as number) - value), where).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)));
    }
    for (const c of own.keys()) expect(new Set(found.filter((_, i) => i % own.length === c)).size, own[c]).toBeGreaterThan(2);
  } finally {
    await rm(directory, { recursive: true });
  }
});
