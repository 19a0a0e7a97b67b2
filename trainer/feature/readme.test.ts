import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import { createReplay } from '../../shared/feature/replay.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { createUserState, updateUser } from '../../shared/feature/user.ts';
import { restoreUser, userDocument } from '../../shared/feature/user-document.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { loadConfig } from '../config.ts';
import { openWriter } from '../log/write.ts';
import { computeFeatures } from './compute.ts';

/** The worked example of README.md, "Features". */
const toyStory = {
  id: 'toy-story' as ItemId,
  title: 'Toy Story',
  categories: ['Adventure', 'Animation', 'Children', 'Comedy', 'Fantasy'],
};
const nemo = {
  id: 'finding-nemo' as ItemId,
  title: 'Finding Nemo',
  categories: ['Adventure', 'Animation', 'Children', 'Comedy'],
};
const click = { type: 'click', tMs: Date.UTC(2026, 0, 1), user: 'u' } as const;
const nowMs = click.tMs + 1000;

test('after one click on Toy Story, Finding Nemo has 0.8 in the browser, in the replay and by SQL', async () => {
  const { featureSet } = await loadConfig();
  const set = openFeatureSet(featureSet);
  const definitions = featureSet.definitions.filter(({ name }) => name === 'categoryMatch50');

  const state = createUserState(set);
  updateUser(set, state, { ...click, item: toyStory });
  const stored = restoreUser(set, JSON.parse(JSON.stringify(userDocument(state))));
  const browser = deviceValues(set, stored ?? state, [nemo], nowMs)[set.device.indexOf('categoryMatch50')];

  const replay = createReplay(definitions, [toyStory, nemo]);
  replay.add({ ...click, item: toyStory.id });
  const query = { tMs: nowMs, item: nemo.id, user: 'u' };
  const replayed = replay.values(query)[0];

  const directory = await mkdtemp(join(tmpdir(), 'vitrine-readme-'));
  try {
    const database = await openDatabase();
    const writer = await openWriter(database);
    for (const item of [toyStory, nemo]) writer.item(item);
    writer.event({ ...click, item: toyStory.id });
    await writer.finish(directory, 'readme', 0);
    database.close();
    const sql = (await computeFeatures(directory, definitions, [query])).values[0];
    expect([browser, replayed, sql]).toEqual(Array(3).fill(Math.fround(0.8)));
  } finally {
    await rm(directory, { recursive: true });
  }
});
