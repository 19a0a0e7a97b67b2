import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainRankKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { goldenMismatch } from '../../shared/model/golden.ts';
import { manifestId } from '../../shared/release/manifest.ts';
import { seedQuery } from '../../shared/retrieval/nearest.ts';
import { rowOf } from '../../shared/vector/table.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { syntheticRelease } from '../bench/recommend/release.ts';
import { foreignModel } from '../onnx/foreign.case.ts';
import { readRelease } from '../release/read.ts';
import { writeRelease } from '../release/write.ts';

let folder: string;
let factors: string;
const at = (name: string) => join(folder, name);

function importModel(...args: string[]) {
  const cli = join(import.meta.dirname, '..', 'cli.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'import-model', ...args, '--json'], { encoding: 'utf8' });
  return { status, stderr, answer: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-import-model-'));
  await mkdir(at('release'));
  await writeRelease(at('release'), await syntheticRelease({ items: 40, dim: 8, neighbours: 5, seed: 1 }));
  const items = JSON.parse(await readFile(at('release/items.json'), 'utf8')) as { id: string }[];
  factors = at('factors.parquet');
  const rows = items.slice(0, 30).map(({ id }, i) => `('${id}', [${i / 10}::FLOAT, 1.0, ${-i / 20}])`);
  const database = await openDatabase();
  await database.run(`COPY (SELECT * FROM (VALUES ${rows.join(', ')}) AS rows(id, vector)) TO '${factors}' (FORMAT parquet)`);
  database.close();
});
afterAll(() => rm(folder, { recursive: true }));

describe('import-model', () => {
  test('puts the vectors into a release of its own, which is whole', async () => {
    const { status, stderr, answer } = importModel('--factors', factors, '--release', at('release'), '--out', at('made'));
    expect(status).toBe(0);
    expect(stderr).toMatch(/warning: the rankers were trained with other vectors/);
    expect(answer).toMatchObject({ rank: 3, known: 30, unknown: 0, missing: 10, zero: 0 });
    const [before, made] = [await readRelease(at('release')), await readRelease(at('made'))];
    expect(answer.release).toBe(manifestId(made.manifest));
    expect(made.manifest.vector).toEqual({ dim: 3 });
    expect(made.manifest.metrics).toEqual({});
    expect(made.manifest.data.fittedThroughMs).toBe(before.manifest.data.throughMs + 1);
    expect(made.items).toEqual(before.items);
    expect(rowOf(made.vectors, 10)[0]).toBeCloseTo(1, 2);
    expect([...rowOf(made.vectors, 35)]).toEqual([0, 0, 0]);
    // Visitors are folded in: more of the same says the same more strongly, up to 1.
    const scoreOf = (seeds: number[]) =>
      seedQuery(made.vectors, seeds as never, 1).reduce((sum, x, k) => sum + x * rowOf(made.vectors, 29)[k]!, 0);
    expect(scoreOf([29])).toBeGreaterThan(0);
    expect(scoreOf([29, 28])).toBeGreaterThan(scoreOf([29]));
    expect(scoreOf([29, 28, 27])).toBeLessThan(1.1);
  });

  test('cosine: directions, and nothing to fold in with', async () => {
    const through = ['--fitted-through', '2001-01-01T00:00:00Z'];
    const args = ['--factors', factors, '--release', at('release'), '--out', at('cosine'), '--metric', 'cosine', ...through];
    expect(importModel(...args).status).toBe(0);
    const { vectors, manifest } = await readRelease(at('cosine'));
    expect(Math.hypot(...rowOf(vectors, 7))).toBeCloseTo(1, 2);
    expect(vectors.fold).toBeUndefined();
    expect(manifest.data.fittedThroughMs).toBe((await readRelease(at('release'))).manifest.data.fittedThroughMs);
  });

  test('refuses what it cannot use, and leaves nothing behind', async () => {
    const release = ['--release', at('release'), '--out', at('never')];
    expect(importModel('--factors', at('absent.parquet'), ...release)).toMatchObject({
      status: 2,
      answer: { error: { code: 'bad-input' } },
    });
    await writeFile(at('ids.csv'), 'id,item\nq,item-1\n');
    const strangers = importModel('--factors', factors, '--ids', at('ids.csv'), ...release);
    expect(strangers).toMatchObject({ status: 1, answer: { error: { code: 'no-data' } } });
    const metric = importModel('--factors', factors, ...release, '--metric', 'euclid');
    expect(metric).toMatchObject({ status: 2, answer: { error: { code: 'usage' } } });
    await expect(readRelease(at('never'))).rejects.toThrow(/not a release/);
  });
});

describe('import-model --onnx', () => {
  const columnsOf = async () =>
    JSON.parse(await readFile(at('release/features.json'), 'utf8')) as { heavy: string[]; light: string[] };
  const importOnnx = (...args: string[]) => importModel('--release', at('release'), '--onnx', at('ranker.onnx'), ...args);

  beforeAll(async () => {
    const model = foreignModel({
      opset: 13,
      inputs: { itemAge: 1, popularScore: 1 },
      outputs: { y: ['float', 1] },
      nodes: [
        { op: 'Mul', inputs: ['itemAge', 'half'], outputs: ['less'] },
        { op: 'Sub', inputs: ['popularScore', 'less'], outputs: ['y'] },
      ],
      constants: { half: { shape: [1], values: [0.5] } },
    });
    await writeFile(at('ranker.onnx'), model);
  });

  test('puts a ranker into a release of its own, with golden scores that the model itself gives', async () => {
    const { status, answer } = importOnnx('--out', at('ranked'), '--role', 'light', '--fill', '0');
    expect(status).toBe(0);
    expect(answer).toMatchObject({ role: 'light', columns: ['itemAge', 'popularScore'] });
    const [before, made] = [await readRelease(at('release')), await readRelease(at('ranked'))];
    expect(answer.release).toBe(manifestId(made.manifest));
    expect(made.manifest.metrics).toEqual({});
    expect(made.golden.heavy).toEqual(before.golden.heavy);
    const { light } = await columnsOf();
    const engine = kernelEngine(made.lightModel, plainRankKernel());
    expect(goldenMismatch(engine, made.golden.light)).toBeUndefined();
    const features = new Float32Array(2 * light.length).fill(Number.NaN);
    features[light.indexOf('popularScore')] = 3;
    features[light.indexOf('itemAge')] = 1;
    expect([...engine.run(features, 2)]).toEqual([2.5, 0]);
  });

  test('refuses a model that gives no score where features are missing, with what to do', () => {
    const { status, stderr, answer } = importOnnx('--out', at('never'));
    expect([status, answer.error.code]).toEqual([1, 'gate']);
    expect(stderr + JSON.stringify(answer)).toMatch(/--fill/);
    expect(importOnnx('--out', at('never'), '--factors', factors)).toMatchObject({
      status: 2,
      answer: { error: { code: 'usage' } },
    });
    expect(importOnnx('--out', at('never'), '--columns', 'price,nothing')).toMatchObject({
      status: 2,
      answer: { error: { code: 'bad-input' } },
    });
  });
});
