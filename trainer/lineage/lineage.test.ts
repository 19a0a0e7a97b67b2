import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import { createFeatureSet } from '../../shared/feature/create.ts';
import { defineFeatures } from '../../shared/feature/define.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { openWriter } from '../log/write.ts';
import { describeFeatures } from './describe.ts';
import { newestEvents } from './freshness.ts';
import { usesOf } from './use.ts';

const definitions = defineFeatures({
  spend: {
    entity: 'user',
    aggregate: { kind: 'sum', of: 'price', windowSeconds: 3600 },
    events: ['purchase'],
    where: { surface: 'home' },
    ttlSeconds: 60,
    default: 0,
    placement: 'edge',
  },
  cards: {
    entity: 'named',
    key: 'card',
    aggregate: { kind: 'velocity', windowSeconds: 60 },
    events: ['purchase'],
    placement: 'edge',
  },
  ctr: {
    entity: 'item',
    aggregate: { kind: 'rate', of: ['click'], prior: 0.1, strength: 5 },
    events: ['impression'],
    placement: 'catalog',
  },
  popular: { entity: 'candidate', source: 'popular', placement: 'edge' },
  taste: { entity: 'userItem', match: { attribute: 'brand', last: 20 }, events: ['click'], placement: 'device' },
  close: { entity: 'userItem', cosine: 'last', last: 1, events: ['click'], placement: 'device' },
  pull: { entity: 'cross', cross: 'product', of: ['ctr', 'taste'], placement: 'device' },
  idle: { entity: 'context', context: 'hour', placement: 'edge' },
});
const set = createFeatureSet({ definitions, light: ['spend', 'popular'], heavy: ['cards', 'close', 'pull'] });
const described = new Map(describeFeatures(set).map((feature) => [feature.name, feature]));

describe('a description', () => {
  test('says what a feature is made of', () => {
    const madeOf = (name: string) => described.get(name)?.madeOf;
    expect(madeOf('spend')).toMatchObject({
      events: ['purchase'],
      eventFields: ['surface', 'user'],
      attributes: ['price'],
      vectors: false,
    });
    expect(madeOf('cards')).toMatchObject({ eventFields: ['entities.card'] });
    expect(madeOf('ctr')).toMatchObject({ events: ['impression', 'click'], eventFields: ['item'] });
    expect(madeOf('popular')).toMatchObject({ sources: ['popular'], events: [] });
    expect(madeOf('taste')).toMatchObject({ events: ['click'], attributes: ['brand'] });
    expect(madeOf('close')).toMatchObject({ vectors: true });
    expect(madeOf('pull')).toMatchObject({ features: ['ctr', 'taste'] });
    expect(madeOf('idle')).toMatchObject({ context: ['hour'] });
  });

  test('says who takes it, also where it is only part of a cross', () => {
    const rankers = Object.fromEntries(Array.from(described, ([name, feature]) => [name, feature.rankers]));
    expect(rankers).toEqual({
      spend: ['light'],
      cards: ['heavy'],
      ctr: ['heavy'],
      popular: ['light'],
      taste: ['heavy'],
      close: ['heavy'],
      pull: ['heavy'],
      idle: [],
    });
    expect(described.get('ctr')?.usedBy).toEqual(['pull']);
  });

  test('says its rules and its bound on memory', () => {
    expect(described.get('spend')).toMatchObject({
      computes: 'sum of=price windowSeconds=3600',
      windowSeconds: 3600,
      ttlSeconds: 60,
      default: 0,
      where: { surface: 'home' },
      memory: { cells: 200, per: 'user' },
    });
    expect(described.get('cards')).toMatchObject({ entity: 'named:card', default: null, memory: { cells: 256, per: 'card' } });
    expect(described.get('taste')).toMatchObject({ last: 20, memory: { events: 40, per: 'user' } });
    expect(described.get('popular')).not.toHaveProperty('memory');
    expect(described.get('popular')).toMatchObject({ computes: 'source=popular' });
  });
});

test('adding a feature makes another set; the features that were there are the same', () => {
  const age: FeatureDefinition = { name: 'age', entity: 'item', age: true, placement: 'edge' };
  const more = createFeatureSet({ definitions: [...definitions, age], light: set.light, heavy: set.heavy });
  expect(more.hash).not.toBe(set.hash);
  const changed = createFeatureSet({
    definitions: definitions.map((feature) => (feature.name === 'ctr' ? { ...feature, default: 0 } : feature)),
    light: set.light,
    heavy: set.heavy,
  });
  const user = (release: string, features: typeof set) => ({ release, features, arms: [], throughMs: 0 });
  const uses = usesOf(more, [user('old', set), user('changed', changed)]);
  expect(uses.get('spend')).toEqual([
    { release: 'old', same: true },
    { release: 'changed', same: true },
  ]);
  expect(uses.get('age')).toEqual([]);
  for (const name of ['ctr', 'pull'])
    expect(uses.get(name)).toEqual([
      { release: 'old', same: true },
      { release: 'changed', same: false },
    ]);
});

describe('freshness', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'vitrine-lineage-'));
    const database = await openDatabase();
    const writer = await openWriter(database);
    const item = 'a' as ItemId;
    writer.item({ id: item, title: 'A', categories: [] });
    const add = (type: 'click' | 'impression' | 'purchase', tMs: number, surface?: string) =>
      writer.event({ type, user: 'u', item, tMs, surface });
    add('impression', 1000);
    add('click', 5000);
    add('impression', 4000);
    add('purchase', 6000, 'home');
    add('purchase', 7000);
    await writer.finish(root, 'fresh', 0);
    database.close();
  });
  afterAll(() => rm(root, { recursive: true }));

  test('is the newest event that passes the filter of the feature', async () => {
    const newest = await newestEvents(root, definitions);
    expect(Object.fromEntries(newest)).toEqual({ spend: 6000, cards: 7000, ctr: 5000, taste: 5000, close: 5000 });
  });

  test('of a directory that is neither a data set nor a log is refused', async () => {
    await expect(newestEvents(tmpdir(), definitions)).rejects.toThrow(/neither a data set nor a log/);
  });
});
