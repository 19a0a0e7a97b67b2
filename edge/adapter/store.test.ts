import { applyD1Migrations } from 'cloudflare:test';
import { beforeAll, expect, it } from 'vitest';
import { env } from '../fixture/local.ts';
import { d1Registry } from './d1.ts';
import { kvCopies } from './kv.ts';
import { memoryCopies, memoryFiles, memoryRegistry } from './memory.ts';
import { r2Files } from './r2.ts';
import { describeCopies, describeFiles, describeRegistry } from './store.case.ts';

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.MIGRATIONS);
});

describeFiles('R2', () => r2Files(env.FILES));
describeCopies('KV', () => kvCopies(env.COPIES));
describeRegistry('D1', () => d1Registry(env.DB));
const [files, copies, registry] = [memoryFiles(), memoryCopies(), memoryRegistry()];
describeFiles('memory', () => files);
describeCopies('memory', () => copies);
describeRegistry('memory', () => registry);

it('D1 writes one audit row per accepted change and none for a refused one', async () => {
  const rows = await env.DB.prepare('SELECT action, version FROM audit WHERE site = ?1 ORDER BY id').bind('case-site').all();
  expect(rows.results).toEqual([
    { action: 'plan', version: 1 },
    { action: 'plan', version: 2 },
    { action: 'plan', version: 3 },
    { action: 'release', version: null },
  ]);
});
