import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventTypes } from '../../shared/contract/event.ts';
import { openDatabase, quote } from '../adapter/duckdb.ts';
import { joined as joinedRows } from '../dataset/list.ts';
import { shownSlates } from '../dataset/shown.ts';
import { fitExamination } from '../fit/unbiased/examination.ts';
import { type Dataset, openDataset } from '../log/dataset.ts';
import { examination, logistic } from './choice.ts';
import { readTruth } from './read-truth.ts';
import { simulateDataset } from './simulate.ts';

const options = { seed: 7, items: 300, visitors: 500, days: 28 };
let root: string;
let shop: Dataset;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-simulate-'));
  await simulateDataset({ ...options, out: join(root, 'shop') });
  shop = await openDataset(join(root, 'shop'));
});
afterAll(() => rmSync(root, { recursive: true }));

const typeIndex = (type: (typeof eventTypes)[number]) => eventTypes.indexOf(type);
const digests = (directory: string) =>
  readdirSync(directory).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(directory, name)))
      .digest('hex'),
  ]);

/** Rows of the log joined with the truth of impressions. */
async function joined<Row>(sql: string): Promise<Row[]> {
  const database = await openDatabase();
  const view = (name: string, file: string) =>
    database.run(`CREATE VIEW ${name} AS SELECT * FROM read_parquet(${quote(join(root, 'shop', file))})`);
  await view('log', 'events.parquet');
  await view('truth', 'truth-impressions.parquet');
  await view('taste', 'truth-tastes.parquet');
  await view('item', 'items.parquet');
  const rows = await database.rows<Row>(sql);
  database.close();
  return rows;
}

describe('a simulated shop', () => {
  test('the same seed gives the same bytes, another seed another shop', async () => {
    await simulateDataset({ ...options, out: join(root, 'again') });
    expect(digests(join(root, 'again'))).toEqual(digests(join(root, 'shop')));
    const other = await simulateDataset({ ...options, seed: 8, out: join(root, 'other') });
    expect(other.sha256).not.toBe(shop.info.sha256);
  });

  test('the catalogue reads like one: distinct titles, prices, brands, categories, arrivals before any event', () => {
    const { items, events } = shop;
    expect(new Set(items.map((item) => item.id)).size).toBe(options.items);
    expect(new Set(items.map((item) => item.title)).size).toBe(options.items);
    for (const item of items) {
      expect(item.price).toBeGreaterThan(0);
      expect(item.categories).toHaveLength(2);
      expect(item.brand).toBeTruthy();
    }
    for (let i = 0; i < events.n; i++) {
      expect(items[events.item[i] ?? -1]?.publishedAtMs).toBeLessThan(events.tMs[i] ?? 0);
    }
  });

  test('a slate shows each position once, each item once', async () => {
    const [bad] = await joined<{
      n: number;
    }>(`SELECT count(*)::DOUBLE AS n FROM (SELECT slate FROM log WHERE type = 'impression' GROUP BY slate
      HAVING count(*) <> 12 OR count(DISTINCT item) <> 12 OR count(DISTINCT position) <> 12 OR max(position) <> 11)`);
    expect(bad?.n).toBe(0);
  });

  test('a click follows an examined impression of the same slate, item and position', async () => {
    const [row] = await joined<{ clicks: number; matched: number }>(`
      SELECT count(*)::DOUBLE AS clicks, count(*) FILTER (truth.examined AND shown.tMs < log.tMs)::DOUBLE AS matched
      FROM log LEFT JOIN log AS shown ON shown.type = 'impression' AND shown.slate = log.slate AND shown.item = log.item AND shown.position = log.position
      LEFT JOIN truth ON truth.id = shown.id WHERE log.type = 'click'`);
    expect(row?.clicks).toBeGreaterThan(200);
    expect(row?.matched).toBe(row?.clicks);
  });

  test('examination falls with the position as the truth says', async () => {
    const rows = await joined<{ position: number; share: number; n: number }>(`
      SELECT position::DOUBLE AS position, avg(examined::INTEGER) AS share, count(*)::DOUBLE AS n FROM log JOIN truth USING (id) GROUP BY position ORDER BY position`);
    for (const { position, share, n } of rows) {
      const expected = examination[position] ?? Number.NaN;
      // Five standard errors: one seed, twelve positions.
      expect(Math.abs(share - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / n) + 1e-9);
    }
  });

  test('position bias is in the log: an examined impression is clicked as often below as above, a shown one is not', async () => {
    const [row] = await joined<{ shownAbove: number; shownBelow: number; wantedAbove: number; wantedBelow: number }>(`
      SELECT avg(clicked) FILTER (position < 3) AS "shownAbove", avg(clicked) FILTER (position >= 6) AS "shownBelow",
        avg(clicked) FILTER (position < 3 AND examined) AS "wantedAbove", avg(clicked) FILTER (position >= 6 AND examined) AS "wantedBelow"
      FROM (SELECT log.position, truth.examined, (click.id IS NOT NULL)::INTEGER AS clicked FROM log JOIN truth USING (id)
        LEFT JOIN log AS click ON click.type = 'click' AND click.slate = log.slate AND click.item = log.item)`);
    const { shownAbove = 0, shownBelow = 1, wantedAbove = 1, wantedBelow = 0 } = row ?? {};
    expect(shownAbove).toBeGreaterThan(1.8 * shownBelow);
    expect(wantedBelow).toBeGreaterThan(0.75 * wantedAbove);
  });

  test('clicks happen with the probability that the truth names', async () => {
    const rows = await joined<{ expected: number; clicked: number; n: number; variance: number }>(`
      SELECT avg(p) AS expected, avg(clicked) AS clicked, count(*)::DOUBLE AS n, avg(p * (1 - p)) AS variance
      FROM (SELECT truth."clickProbability" AS p, (click.id IS NOT NULL)::INTEGER AS clicked,
          ntile(4) OVER (ORDER BY truth."clickProbability", truth.id) AS quarter
        FROM log JOIN truth USING (id) LEFT JOIN log AS click ON click.type = 'click' AND click.slate = log.slate AND click.item = log.item
        WHERE truth.examined) GROUP BY quarter ORDER BY quarter`);
    for (const { expected, clicked, n, variance } of rows)
      expect(Math.abs(clicked - expected)).toBeLessThan(5 * Math.sqrt(variance / n));
    expect((rows[3]?.clicked ?? 0) / (rows[0]?.clicked ?? 1)).toBeGreaterThan(5);
  });

  test('its truth can be read: the probability of a click on what was shown, and none for what was bought', async () => {
    const rows = await joined<{ user: string; item: string; tMs: number; p: number }>(
      `SELECT "user", item, tMs::DOUBLE AS "tMs", truth."clickProbability" AS p FROM log JOIN truth USING (id) ORDER BY id`,
    );
    const truth = await readTruth(join(root, 'shop'), shop);
    const ordinalOf = new Map(shop.items.map(({ id }, ordinal) => [id as string, ordinal]));
    for (const { user, item, tMs, p } of rows.slice(0, 3000)) {
      const wish = truth?.clickProbabilities(user, tMs)?.[ordinalOf.get(item) ?? -1] ?? Number.NaN;
      // Novelty and season go on between an impression and the look at it.
      expect(Math.abs(wish - p)).toBeLessThan(1e-4);
    }
    expect(rows.some(({ p }) => p === 0)).toBe(true);
    expect(truth?.examination).toEqual(examination);
    expect(truth?.clickProbabilities('nobody', 0)).toBeUndefined();
    expect(await readTruth(root, shop)).toBeUndefined();
  });

  test('examination is found from impressions and clicks alone', () => {
    const range = { fromMs: 0, toMs: Number.POSITIVE_INFINITY, surface: 'home' };
    const slates = shownSlates(shop, range, new Float32Array(eventTypes.length).fill(1), { click: 1800 });
    const lists = slates.map((slate) => ({
      tMs: slate.tMs,
      items: Uint32Array.from(slate.targets),
      history: [],
      logged: undefined,
      labels: slate.weights,
      light: new Float32Array(0),
      heavy: new Float32Array(0),
      shown: slate,
    }));
    const rows = joinedRows(lists, 'light', 0);
    const { places } = fitExamination(rows);
    const clicked = places.map((_, place) =>
      rows.labels.reduce((n, click, row) => n + (rows.positions?.[row] === place ? click : 0), 0),
    );
    for (const [place, expected] of examination.entries()) {
      // Four standard errors of a ratio of counts, the first place's among them.
      const error = expected * Math.sqrt(1 / (clicked[place] ?? 1) + 1 / (clicked[0] ?? 1));
      expect(Math.abs((places[place] ?? 0) - expected)).toBeLessThan(4 * error);
    }
    expect(places[11]).toBeLessThan(0.5);
  });

  test('tastes drive what is chosen, and drift', async () => {
    const [row] = await joined<{ liked: number; shown: number; drift: number }>(`
      WITH t AS (SELECT session, categories AS liking FROM taste), c AS (SELECT unnest(list_distinct(list(categories[1]))) AS name FROM item),
        truth_categories AS (SELECT unnest(json_extract_string(content, '$.categories[*].name')) AS name,
          unnest(range(len(json_extract_string(content, '$.categories[*].name')))) + 1 AS i FROM read_text(${quote(join(root, 'shop', 'truth.json'))}))
      SELECT avg(liking[i]) FILTER (type IN ('view', 'click')) AS liked, avg(liking[i]) FILTER (type = 'impression') AS shown,
        (SELECT avg(1 - list_cosine_similarity(first, last)) FROM (SELECT arg_min(style, tMs) AS first, arg_max(style, tMs) AS last FROM taste GROUP BY "user" HAVING max(tMs) - min(tMs) > 14 * 86400000)) AS drift
      FROM log JOIN t USING (session) JOIN item ON item.id = log.item JOIN truth_categories ON truth_categories.name = item.categories[1]`);
    expect(row?.liked).toBeGreaterThan((row?.shown ?? 0) + 0.5);
    expect(row?.drift).toBeGreaterThan(0.05);
  });

  test('carts follow looks, purchases follow carts', () => {
    const carts = new Set<string>();
    const looks = new Set<string>();
    const { events } = shop;
    let purchases = 0;
    for (let i = 0; i < events.n; i++) {
      const place = `${events.session[i]} ${events.item[i]}`;
      if (events.type[i] === typeIndex('click') || events.type[i] === typeIndex('view')) looks.add(place);
      if (events.type[i] === typeIndex('cart')) {
        expect(looks.has(place)).toBe(true);
        carts.add(place);
      }
      if (events.type[i] !== typeIndex('purchase')) continue;
      expect(carts.has(place)).toBe(true);
      purchases++;
    }
    expect(purchases).toBeGreaterThan(20);
  });

  test('a shop without visitors fails and leaves nothing', async () => {
    const out = join(root, 'empty');
    await expect(simulateDataset({ out, items: 50, visitors: 1, days: 1, seed: 3 })).rejects.toMatchObject({ code: 'no-data' });
    expect(readdirSync(root).filter((name) => name.includes('empty'))).toEqual([]);
  });
});

test('logistic is the inverse of the log odds', () => {
  for (const p of [0.01, 0.5, 0.93]) expect(logistic(Math.log(p / (1 - p)))).toBeCloseTo(p, 12);
});
