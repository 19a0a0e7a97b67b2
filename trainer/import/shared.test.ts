import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../log/dataset.ts';
import { importData } from './import.ts';

const data = resolve(process.env.VITRINE_DATA ?? '../shared/data');
/** Real data is beside some checkouts only. */
const whereThere = (folder: string) => (existsSync(join(data, folder)) ? test : test.skip);
const reason = (folder: string) => `(needs ${folder} in VITRINE_DATA or ../shared/data)`;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-shared-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** The first rows of a large file, so that the test stays short. */
function sample(file: string, rows: number): string {
  const lines = readFileSync(join(data, file), 'utf8').split('\n');
  const target = join(root, basename(file));
  writeFileSync(target, `${lines.slice(0, rows + 1).join('\n')}\n`);
  return target;
}

// The mappings are those of docs/data.md.
describe('real data', () => {
  whereThere('ml-latest-small')(`MovieLens: every rating, film and genre ${reason('ml-latest-small')}`, async () => {
    const out = join(root, 'movielens');
    const report = await importData({
      format: 'movielens',
      input: [join(data, 'ml-latest-small')],
      out,
      nowMs: Date.UTC(2026, 0, 1),
    });
    expect(report).toMatchObject({
      items: 9742,
      events: 100_836,
      rejected: 0,
      fromMs: 828_124_615_000,
      throughMs: 1_537_799_250_000,
    });
    const { items, events } = await openDataset(out);
    expect(events.users).toHaveLength(610);
    expect(items[0]).toMatchObject({
      id: '1',
      title: 'Toy Story (1995)',
      categories: expect.arrayContaining(['Adventure', 'Comedy']),
    });
    expect(new Set(items.flatMap((item) => item.categories)).size).toBe(19);
    // Mean rating, by hand: awk -F, '{s+=$3} END {print s/(NR-1)}' ratings.csv
    expect(events.value.reduce((sum, value) => sum + value, 0) / events.n).toBeCloseTo(3.50156, 4);
  });

  whereThere('completejourney')(`a grocer's baskets by mapping ${reason('completejourney')}`, async () => {
    const out = join(root, 'journey');
    const map = [
      'item=product_id,title={product_type} {package_size},categories={product_category}|{department}',
      'user=household_id,session=basket_id,time=transaction_timestamp,type==purchase,value=sales_value',
    ];
    const report = await importData({
      format: 'csv',
      input: [],
      items: join(data, 'completejourney', 'products.csv'),
      events: [sample('completejourney/transactions_sample.csv', 2000)],
      map,
      out,
      nowMs: Date.UTC(2026, 0, 1),
    });
    expect(report.items).toBe(92_331);
    expect(report.events + report.rejected).toBe(2000);
    expect(Object.keys(report.rejectedByCode)).toEqual(['unknown-item']);
    const { items } = await openDataset(out);
    expect(items[0]).toMatchObject({
      id: '25671',
      title: 'ICE - CRUSHED/CUBED 22 LB',
      categories: ['FRZN ICE', 'GROCERY'],
      brand: 'National',
    });
  });

  whereThere('eshop-clickstream-2008')(`a click log without a catalogue ${reason('eshop-clickstream-2008')}`, async () => {
    const out = join(root, 'eshop');
    const map = [
      'user=session_id,session=session_id,item=page2_clothing_model_code,time={year}-{month}-{day},timeOffsetSeconds=order,type==click',
      'items.title=Model {page2_clothing_model_code},items.categories=Category {page1_main_category}|Colour {colour},items.price=price',
    ];
    const events = [sample('eshop-clickstream-2008/clicks.csv', 3000)];
    const report = await importData({ format: 'csv', input: [], events, map, out, nowMs: Date.UTC(2026, 0, 1) });
    expect(report).toMatchObject({ events: 3000, rejected: 0, fromMs: Date.UTC(2008, 3, 1) + 1000 });
    const { items } = await openDataset(out);
    expect(items.every((item) => item.price !== undefined && item.categories.length === 2)).toBe(true);
  });
});
