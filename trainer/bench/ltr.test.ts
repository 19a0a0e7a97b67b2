import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { emptyQueries, ndcgOf } from './ltr/measure.ts';
import { ridgeWeightOn, scoreMix } from './ltr/mix.ts';
import { fitRidge, normaliseByQuery, scoreRidge } from './ltr/ridge.ts';
import { declare, run } from './ltr.ts';

const shared = join(process.env.VITRINE_DATA ?? '../shared/data', 'lightgbm-lambdarank');
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-ltr-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** Runs the benchmark as the command line does. */
async function bench(...args: string[]): Promise<Record<string, unknown>> {
  let answer = {};
  const command = declare(new Command().exitOverride()).action(async (options) => {
    answer = await run(options);
  });
  await command.parseAsync(args, { from: 'user' });
  return answer;
}

/** Queries of ten documents whose grade follows one column, which has another level in every query; the last query has no relevant document. */
function planted(name: string, seed: number, queries = 40): string {
  const random = createRandom(seed, 'ltr');
  const lines: string[] = [];
  for (let q = 0; q < queries; q++) {
    const level = random.normal() * 10;
    for (let i = 0; i < 10; i++) {
      const x = random.normal();
      const grade = q === queries - 1 ? 0 : Math.max(0, Math.min(4, Math.round(x + 1)));
      lines.push(`${grade} qid:${q} 1:${level + x} 2:${x + 0.3 * random.normal()} 3:${random.normal()}`);
    }
  }
  const path = join(root, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const file = (labels: number[], offsets: number[]) => ({
  columns: 1,
  features: Float32Array.from(labels, (_, i) => i),
  labels: Float32Array.from(labels),
  offsets: Int32Array.from(offsets),
  unknownColumns: 0,
});

describe('measure', () => {
  test('NDCG has gain 2^grade - 1, and says what it does with queries without a relevant document', () => {
    const asked = file([0, 3, 1, 0, 0], [0, 3, 5]);
    const scores = Float64Array.of(3, 2, 1, 5, 4);
    const [second, third] = [1 / Math.log2(3), 1 / 2];
    const expected = (7 * second + 1 * third) / (7 + second);
    expect(emptyQueries(asked)).toBe(1);
    expect(ndcgOf(scores, asked, 'left-out')).toMatchObject({ ndcg1: 0, ndcg3: expect.closeTo(expected, 12) });
    expect(ndcgOf(scores, asked, 'one').ndcg10).toBeCloseTo((expected + 1) / 2, 12);
    expect(ndcgOf(scores, asked, 'zero').ndcg10).toBeCloseTo(expected / 2, 12);
  });
});

describe('mix', () => {
  const random = createRandom(3, 'mix');
  const labels = Array.from({ length: 400 }, () => random.below(4));
  const asked = file(
    labels,
    Array.from({ length: 41 }, (_, q) => 10 * q),
  );
  const near = Float64Array.from(labels, (label) => 100 + label + 0.1 * random.normal());
  const noise = Float64Array.from(labels, () => random.normal());

  test('the model that is better has all of the weight, equal ones share it, and a seed names the result', () => {
    expect(ridgeWeightOn(asked, { trees: near, ridge: noise }, 1)).toBeLessThan(0.1);
    expect(ridgeWeightOn(asked, { trees: noise, ridge: near }, 1)).toBeGreaterThan(0.6);
    const alike = () => Float64Array.from(labels, (label) => label + 2 * random.normal());
    const shared = { trees: alike(), ridge: alike() };
    expect(ridgeWeightOn(asked, shared, 1)).toBeGreaterThan(0.2);
    expect(ridgeWeightOn(asked, shared, 1)).toBeLessThan(0.8);
    expect(ridgeWeightOn(asked, shared, 1)).toBe(ridgeWeightOn(asked, shared, 1));
  });

  test('a weight of 0 or 1 keeps the order of one model; equal scores stay equal', () => {
    const one = { offsets: Int32Array.of(0, 3, 5) };
    const both = { trees: Float64Array.of(5, 1, 3, 2, 2), ridge: Float64Array.of(0, 9, 1, 4, 6) };
    const side = Math.sqrt(1.5);
    expect([...scoreMix(one, both, 0)]).toEqual([side, -side, 0, 0, 0].map((score) => expect.closeTo(score, 12)));
    expect([...scoreMix(one, both, 1).subarray(3)]).toEqual([-1, 1]);
  });
});

describe('ridge', () => {
  test('features have mean 0 and variance 1 in a query; constant and missing ones are 0', () => {
    const asked = { ...file([0, 0, 0, 0, 0, 0], [0, 3, 5, 6]), features: Float32Array.of(1, 2, 3, 7, 7, Number.NaN) };
    const side = Math.sqrt(1.5);
    expect([...normaliseByQuery(asked)]).toEqual([expect.closeTo(-side, 6), 0, expect.closeTo(side, 6), 0, 0, 0]);
  });

  test('is the known answer of one column', async () => {
    const asked = file([0, 0, 3, 1, 2, 3], [0, 3, 6]);
    // sum of z (grade - mean) / (sum of z^2 + penalty * rows), z = -+1.2247.
    const side = Math.sqrt(1.5);
    const [coefficient] = await fitRidge(asked, 0.5, 1);
    expect(coefficient).toBeCloseTo((side * (3 + 2)) / (6 + 3), 5);
    const scores = scoreRidge(Float64Array.of(2), asked);
    expect(scores[0]).toBeCloseTo(-2 * side, 5);
  });
});

describe('vitrine bench ltr', () => {
  test('fits, asks and says so on one line, early stopping on validation rows included', async () => {
    const [train, test, valid] = [planted('train', 1, 80), planted('test', 2), planted('valid', 3)];
    const answer = await bench('--train', train, '--test', test, '--valid', valid, '--seeds', '2', '--set', 'trees=150');
    expect(answer).toMatchObject({
      bench: 'ltr',
      emptyQueries: { treatment: 'left-out', count: 1 },
      data: { train: { rows: 800, queries: 80 }, test: { rows: 400, queries: 40 }, columns: 4 },
    });
    expect(answer.ndcg10).toBeGreaterThan(0.9);
    expect(answer.chosenOn).toBe('validation file');
    const stopped = answer.trees as number[];
    expect(stopped).toHaveLength(2);
    expect(Math.max(...stopped)).toBeLessThan(150);
    // Levels of queries are what trees have to see through, and normalisation takes away.
    expect((answer.ridge as { ndcg10: number }).ndcg10).toBeGreaterThan(0.95);
    for (const spent of ['totalSeconds', 'peakMemoryBytes']) expect(answer[spent]).toBeGreaterThan(0);
  });

  test('without a validation file a fifth of the queries decides: where ridge is the better model, it has the say', async () => {
    const [train, test] = [planted('more', 6, 120), planted('test', 2)];
    const answer = await bench('--train', train, '--test', test, '--set', 'learningRate=.2');
    const [mixed, alone, ridge] = [answer, answer.treesAlone, answer.ridge].map((part) => (part as { ndcg10: number }).ndcg10);
    expect(answer.chosenOn).toBe('a fifth of the training queries');
    expect((answer.ridgeWeight as number[])[0]).toBeGreaterThan(0.3);
    expect(mixed).toBeGreaterThan(alone!);
    expect(mixed).toBeGreaterThan(ridge! - 0.01);
    const pure = await bench('--train', train, '--test', test, '--ridge-weight', '0', '--set', 'trees=20', '--set', 'patience=0');
    expect(pure).toMatchObject({
      trees: [20],
      ridgeWeight: [0],
      chosenOn: 'nothing',
      ndcg10: (pure.treesAlone as { ndcg10: number }).ndcg10,
    });
  });

  test('refuses what cannot be: settings, and a test part that nothing can be said of', async () => {
    const train = planted('some', 4, 3);
    await expect(bench('--train', train, '--test', train, '--set', 'leaves=1')).rejects.toMatchObject({ code: 'usage' });
    await expect(bench('--train', train, '--test', train, '--set', 'leafs=8')).rejects.toThrow(/no setting leafs/);
    const irrelevant = planted('irrelevant', 5, 1);
    await expect(bench('--train', train, '--test', irrelevant)).rejects.toMatchObject({ code: 'no-data' });
    const alike = await bench('--train', irrelevant, '--test', train, '--set', 'trees=3');
    expect(alike.trees).toEqual([0]);
    expect(alike.ndcg10).toBeGreaterThan(0);
  });

  test.skipIf(!existsSync(shared))(
    "LightGBM's example (skipped where the shared data is absent): beats ridge, and a random order by far",
    async () => {
      const answer = await bench('--train', join(shared, 'rank.train'), '--test', join(shared, 'rank.test'), '--set', 'trees=60');
      expect(answer).toMatchObject({
        losesToRidge: false,
        data: { train: { rows: 3005, queries: 201 }, test: { rows: 768, queries: 50 } },
      });
      // A random order has .58.
      expect(answer.ndcg10).toBeGreaterThan(0.7);
    },
  );
});
