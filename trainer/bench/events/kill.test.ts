import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { publishRelease } from '../../release/publish.ts';
import { writeRelease } from '../../release/write.ts';
import { syntheticRelease } from '../recommend/release.ts';
import { type BenchWorker, freePort, startBenchWorker } from '../recommend/worker.ts';
import { drain } from './drain.ts';
import { batchOf, Sent } from './sent.ts';

const site = 'bench';
const folder = await mkdtemp(join(tmpdir(), 'vitrine-kill-'));
let worker: BenchWorker | undefined;
afterAll(async () => {
  await worker?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('a Worker killed in the middle of its work has every event that it acknowledged', async () => {
  const release = join(folder, 'release');
  await mkdir(release);
  await writeRelease(release, await syntheticRelease({ items: 50, dim: 8, neighbours: 5, seed: 1 }));
  worker = await startBenchWorker(folder, await freePort());
  const { url, token, group } = worker;
  await publishRelease({ url, token, site }, release);

  const sent = new Sent();
  let made = 0;
  let acknowledged = 0;
  const visitor = async () => {
    for (;;) {
      const n = made++;
      const body = sent.add(n, batchOf('kill', n, 10, Date.now()));
      const response = await fetch(`${url}/v1/events?site=${site}`, { method: 'POST', body }).catch(() => undefined);
      if (response?.status !== 202) return;
      sent.acknowledge(n);
      // The 30th answer ends the process while others are under way, and before its queue has delivered.
      if (++acknowledged === 30) process.kill(-group, 'SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 8 }, visitor));
  expect(acknowledged).toBeGreaterThanOrEqual(30);
  await worker.stop();

  worker = await startBenchWorker(folder, await freePort());
  const target = { url: worker.url, token: worker.token, site };
  expect(await drain(target, sent.acknowledgedIds())).toMatchObject({ lost: 0, duplicated: 0 });

  // The visitors send again what they heard nothing of: some of it had been stored.
  for (const n of sent.unacknowledged()) {
    const response = await fetch(`${worker.url}/v1/events?site=${site}`, { method: 'POST', body: sent.body(n) ?? '' });
    expect(response.status).toBe(202);
    sent.acknowledge(n);
  }
  const after = await drain(target, sent.acknowledgedIds());
  expect(after).toMatchObject({ lost: 0, foreign: 0 });
  // Sent again in a later hour, a batch is in both.
  expect(after.rows - after.duplicated).toBe(made * 10);
}, 180_000);
