import { describe, expect, test } from 'vitest';
import type { Item } from '../../shared/contract/item.ts';
import { openRelease } from '../../shared/release/open.ts';
import { datasetOf, makeItems, makeShop, minuteMs, type Row, startMs } from '../dataset/fixture.case.ts';
import { bytesOf } from './artifact.ts';
import type { BuiltRelease } from './build.ts';
import { build, config } from './fixture.case.ts';

const shop = makeShop();

/** Opens as edge and device do, which checks every file, and every figure is a number. */
async function expectValid({ manifest, files }: BuiltRelease): Promise<void> {
  const release = await openRelease(manifest, async (file) => bytesOf(files, file.role), { heavy: true });
  expect(release.items).toHaveLength(manifest.items);
  expect(Array.from(release.vectors.scales).every(Number.isFinite)).toBe(true);
  for (const metrics of Object.values(manifest.metrics))
    for (const { mean, low, high } of Object.values(metrics)) expect([mean, low, high].every(Number.isFinite)).toBe(true);
}

describe('bad data', () => {
  const clicks = (n: number, items: number, users: number, type: Row[3] = 'click'): Row[] =>
    Array.from({ length: n }, (_, e) => [startMs + e * 1000, e % users, (e * 7) % items, type]);

  test.each([
    ['no event', datasetOf(makeItems(5, 2), [], 0)],
    ['no item', datasetOf([], [], 0)],
    ['one item', datasetOf(makeItems(1, 1), clicks(100, 1, 10), 10)],
    ['impressions only', datasetOf(makeItems(5, 2), clicks(100, 5, 10, 'impression'), 10)],
    ['two clicks', datasetOf(makeItems(5, 2), clicks(2, 5, 1), 1)],
    ['one visitor who has seen everything', datasetOf(makeItems(5, 2), clicks(200, 5, 1), 1)],
  ])('%s: refused with a reason', async (_, dataset) => {
    await expect(build(dataset)).rejects.toMatchObject({ name: 'Failure', code: 'no-data' });
  });

  test('one visitor with new items to find: a valid release and a warning', async () => {
    const lonely = await build(datasetOf(makeItems(120, 3), clicks(110, 120, 1), 1));
    expect(lonely.warnings.join()).toMatch(/lists to train rankers on/);
    expect(lonely.warnings.join()).toMatch(/every event is a positive/);
    await expectValid(lonely);
  });

  test('items without categories, prices or dates', async () => {
    const bare = makeItems(80, 5).map(({ id, title }) => ({ id, title, categories: [] }));
    const release = await build({ ...shop, items: bare });
    expect(release.report.metrics.release!['ndcg@10']!.mean).toBeGreaterThan(0);
  });

  test('two items of one id: refused before anything is fitted, with the id and what to do', async () => {
    const items = shop.items.map((item, i): Item => (i === 7 ? { ...item, id: shop.items[3]!.id } : item));
    const refusal = { name: 'Failure', code: 'bad-input', message: 'items 3 and 7 of the data set have one id, "item-3"' };
    await expect(build({ ...shop, items })).rejects.toMatchObject({ ...refusal, hint: expect.stringContaining('import') });
  });

  test('one item with 99 % of the events: a valid release', async () => {
    const { user, item } = makeShop({ events: 200 }).events;
    const rows = Array.from({ length: 20_000 }, (_, e): Row => {
      const own = e % 100 === 0;
      return [startMs + e * minuteMs, own ? user[e / 100]! : e % 60, own ? item[e / 100]! : 5, 'click'];
    });
    await expectValid(await build(datasetOf(makeItems(80, 5), rows, 60)));
  });

  test('100,000 items of which 80 were met: a valid release of all of them, better than a random order', async () => {
    const { training } = config;
    const few = { ...config, training: { ...training, ranker: { ...training.ranker, maxQueries: 25 } } };
    const items = makeItems(100_000, 5).map(({ id, title }): Item => ({ id, title, categories: [] }));
    const released = await build({ ...makeShop({ events: 600 }), items }, { config: few });
    await expectValid(released);
    const { release, random } = released.report.metrics;
    expect(release!['ndcg@10']!.low).toBeGreaterThan(random!['ndcg@10']!.high);
  }, 60_000);
});
