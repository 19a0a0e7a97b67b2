import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainRankKernel, plainScanKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { type GoldenDocument, goldenMismatch } from '../../shared/model/golden.ts';
import { openSeedEncoder } from '../../shared/release/encoder.ts';
import { manifestId } from '../../shared/release/manifest.ts';
import { openRelease, releaseIndex } from '../../shared/release/open.ts';
import { nearestToSeeds } from '../../shared/retrieval/nearest.ts';
import { flatIndex } from '../../shared/vector/search.ts';
import { checkConfig, type LoadedConfig } from '../config.ts';
import { makeShop } from '../dataset/fixture.case.ts';
import { evaluateRelease } from '../evaluate/evaluate.ts';
import { onnxEngine } from '../evaluate/onnx.ts';
import { defineNetwork } from '../fit/custom/network.ts';
import { bytesOf } from './artifact.ts';
import type { BuildInput, BuiltRelease } from './build.ts';
import { refuseInfinite, refuseNonFinite } from './finite.ts';
import { build, config, kernels, smallConfig } from './fixture.case.ts';
import { readRelease } from './read.ts';
import { manifestFile, writeRelease } from './write.ts';

const shop = makeShop();
let built: BuiltRelease;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-release-'));
  built = await build(shop, { reference: onnxEngine });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a release', () => {
  test('same data, configuration and seed: same digest; another seed or other data: another', async () => {
    expect(manifestId((await build(makeShop())).manifest)).toBe(manifestId(built.manifest));
    const reseeded = await build(shop, { config: await smallConfig(2) });
    expect(manifestId(reseeded.manifest)).not.toBe(manifestId(built.manifest));
    const files = (release: BuiltRelease) => release.manifest.files.map((file) => file.sha256);
    expect(files(await build(makeShop({ seed: 2 })))).not.toEqual(files(built));
  });

  test("may take a network of the site's own for its ranker, chosen by its figures", async () => {
    const { featureSet: _, sha256: __, ...values } = config;
    const mine = defineNetwork((tf, { width }) =>
      tf.sequential({ layers: [tf.layers.dense({ inputShape: [width], units: 1 })] }),
    );
    const ranker = { ...values.training.ranker, heavy: ['listwise', 'mine'], settings: { mine: { epochs: 2 } } };
    const own = checkConfig(
      { ...values, networks: { mine }, training: { ...values.training, ranker, budgetSeconds: 20 } },
      'test',
    );
    const { rankers } = await build(shop, { config: own, reference: onnxEngine });
    expect(Object.keys(rankers.heavy.ndcg)).toEqual(['listwise', 'mine']);
    expect(rankers.heavy.ndcg[rankers.heavy.model]).toBe(Math.max(...Object.values(rankers.heavy.ndcg)));
  });

  test('may take a ranker that reads the history, for the device alone', async () => {
    const settings = { attention: { hidden: [8], dim: 8, epochs: 2 } };
    const taking = (roles: Partial<LoadedConfig['training']['ranker']>): LoadedConfig => ({
      ...config,
      training: { ...config.training, ranker: { ...config.training.ranker, settings, ...roles } },
    });
    const { files, report } = await build(shop, { config: taking({ heavy: ['attention'] }), reference: onnxEngine });
    const golden = JSON.parse(new TextDecoder().decode(bytesOf(files, 'golden'))) as GoldenDocument;
    expect(golden.heavy.history?.events).toBeGreaterThan(1);
    expect(goldenMismatch(kernelEngine(bytesOf(files, 'heavy'), plainRankKernel()), golden.heavy)).toBeUndefined();
    expect(golden.light.history).toBeUndefined();
    expect(report.metrics['release - popularity']!['ndcg@10']!.mean).toBeGreaterThan(0);
    await expect(build(shop, { config: taking({ light: ['attention'] }) })).rejects.toThrow(/attention: rows without items/);
  });

  test('finds what follows what: better than popularity and than random', () => {
    const { release, random } = built.report.metrics;
    expect(built.report.metrics['release - popularity']!['ndcg@10']!.low).toBeGreaterThan(0);
    expect(release!['ndcg@10']!.low).toBeGreaterThan(random!['ndcg@10']!.high);
  });

  test('a written release, read back, gives the figures of its manifest', async () => {
    await writeRelease(folder, built);
    const release = await readRelease(folder);
    expect(release.manifest).toEqual(built.manifest);
    const report = evaluateRelease({ dataset: shop, release, config, kernels, k: 10 });
    expect(report).toEqual(built.report);
    expect(report.metrics).toEqual(release.manifest.metrics);
  });

  test('rankers of another feature set are refused, with both hashes', async () => {
    await writeRelease(folder, built);
    const release = await readRelease(folder);
    const features = { ...release.features, hash: 'f'.repeat(64) };
    const other = { ...release, features };
    expect(() => evaluateRelease({ dataset: shop, release: other, config, kernels, k: 10 })).toThrow(
      `model of feature set ${release.features.hash}, not ${features.hash}`,
    );
  });

  test('a changed file, a broken manifest and an empty directory are refused', async () => {
    await writeRelease(folder, built);
    const items = join(folder, 'items.json');
    await writeFile(items, (await readFile(items, 'utf8')).replace('Item 1', 'Item X'));
    await expect(readRelease(folder)).rejects.toThrow(/items\.json was changed/);
    await writeFile(join(folder, manifestFile), '{}');
    await expect(readRelease(folder)).rejects.toMatchObject({ code: 'bad-input' });
    await expect(readRelease(join(folder, 'absent'))).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('refit: candidate models of the whole log, the figures of the split, and no second evaluation', async () => {
    const refitted = await build(shop, { refit: true });
    expect(refitted.manifest.metrics).toEqual(built.manifest.metrics);
    expect(refitted.manifest.data.fittedThroughMs).toBe(shop.info.throughMs + 1);
    const digest = (release: BuiltRelease, role: string) => release.manifest.files.find((file) => file.role === role)!.sha256;
    expect(digest(refitted, 'similar')).not.toBe(digest(built, 'similar'));
    expect(digest(refitted, 'heavy')).toBe(digest(built, 'heavy'));
    const release = await openRelease(refitted.manifest, async (file) => bytesOf(refitted.files, file.role), { heavy: true });
    expect(() => evaluateRelease({ dataset: shop, release, config, kernels, k: 10 })).toThrow(/nothing is held out/);
  });

  test('says what its rankers are fitted by, as the trainer chose', () => {
    const { light, heavy } = built.manifest.choice!;
    const { model, ndcg, lists } = built.rankers.heavy;
    expect(heavy).toMatchObject({ model, ndcg10: ndcg, lists, settings: { hidden: [8], epochs: 3 } });
    expect(light?.model).toBe(built.rankers.light.model);
    expect(built.report.choice).toEqual(built.manifest.choice);
  });

  test('says what it is made by; a network that makes the queries comes along and is evaluated with its own', async () => {
    expect(built.manifest.choice?.vectors?.model).toBe('ials');
    expect(built.manifest.choice?.vectors?.skipped.map(({ name }) => name)).toContain('two-tower');
    const config = await smallConfig(1, 10);
    const encoded = await build(shop, { config, reference: onnxEngine });
    expect(encoded.manifest.choice?.vectors).toMatchObject({ model: 'two-tower', settings: { rank: 16, last: 10 } });
    const directory = join(folder, 'encoded');
    await mkdir(directory);
    await writeRelease(directory, encoded);
    const release = await readRelease(directory);
    expect(openSeedEncoder(release, kernels.rank)?.(release.vectors, [3])).toHaveLength(16);
    expect(evaluateRelease({ dataset: shop, release, config, kernels, k: 10 })).toEqual(encoded.report);
    const { encoder: _, ...golden } = release.golden;
    expect(() => openSeedEncoder({ ...release, golden }, kernels.rank)).toThrow(/no golden queries/);
  });

  test('may carry inverted lists, which find what an exact search finds', async () => {
    const listed = await build(shop, { config: { ...config, training: { ...config.training, index: 'lists' } } });
    const release = await openRelease(listed.manifest, async (file) => bytesOf(listed.files, file.role));
    expect(listed.index?.recall).toBeGreaterThanOrEqual(0.95);
    expect(release.lists?.n).toBe(shop.items.length);
    const seeds = [3, 8, 1];
    const exact = nearestToSeeds(flatIndex(plainScanKernel, release.vectors), release, seeds, 5);
    const found = nearestToSeeds(releaseIndex(plainScanKernel, release), release, seeds, 5);
    expect(found.ordinals[0]).toBe(exact.ordinals[0]);
    expect(built.index).toBeUndefined();
    expect(built.manifest.files.some(({ role }) => role === 'lists')).toBe(false);
  });

  test('is refused when another engine gives other scores', async () => {
    const wrong: BuildInput['reference'] = async () => ({ run: async (_, rows) => new Float32Array(rows).fill(7) });
    await expect(build(shop, { reference: wrong })).rejects.toMatchObject({ name: 'Failure', code: 'gate' });
  });
});

describe('numbers', () => {
  test('a NaN or an infinity in an artifact stops the release and is named', () => {
    expect(() => refuseNonFinite({ similar: Float32Array.of(1, Number.NaN) })).toThrow(/similar holds NaN at 1/);
    const catalog = { columns: ['a', 'b'], n: 2, values: Float32Array.of(1, Number.NaN, 2, Number.POSITIVE_INFINITY) };
    expect(() => refuseInfinite(catalog)).toThrow(/feature b of item 1/);
    expect(() => refuseInfinite({ ...catalog, values: Float32Array.of(1, Number.NaN, 2, 3) })).not.toThrow();
  });
});
