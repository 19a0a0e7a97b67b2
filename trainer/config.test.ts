import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkConfig, defaultConfigFile, defaultTraining, loadConfig } from './config.ts';

const minimal = {
  features: [{ name: 'price', entity: 'item', attribute: 'price', placement: 'catalog', transform: 'log1p' }],
  surfaces: [
    {
      name: 'home',
      sources: [{ source: 'popular', limit: 50, weight: 1 }],
      rules: { excludeSeen: true, categoryShare: 1 },
      rerank: true,
    },
  ],
  positives: { click: 1 },
};

describe('configuration', () => {
  test('defaults fill what training leaves out, at any depth', () => {
    expect(checkConfig(minimal, 'here').training).toEqual(defaultTraining);
    const config = checkConfig({ ...minimal, training: { seed: 7, als: { rank: 4 } } }, 'here');
    expect(config.training).toEqual({ ...defaultTraining, seed: 7, als: { ...defaultTraining.als, rank: 4 } });
  });

  test('the digest follows the values, not the spelling', () => {
    const spelled = checkConfig({ ...minimal, training: { seed: defaultTraining.seed } }, 'here');
    expect(spelled.sha256).toBe(checkConfig(minimal, 'there').sha256);
    expect(checkConfig({ ...minimal, training: { seed: 99 } }, 'here').sha256).not.toBe(spelled.sha256);
  });

  test('settings of models are part of the digest, infinities too, and files are laid over the configuration', async () => {
    const of = (halfLife: unknown) => checkConfig({ ...minimal, training: { models: { ials: { halfLife } } } }, 'here');
    expect(new Set([of(5), of(Number.POSITIVE_INFINITY), checkConfig(minimal, 'here')].map(({ sha256 }) => sha256)).size).toBe(3);
    expect(() => of(Number.NaN)).toThrow(/training\.models\.ials\.halfLife: a setting is/);
    const folder = await mkdtemp(join(tmpdir(), 'vitrine-config-'));
    try {
      const file = join(folder, 'config.mjs');
      const models = { ials: { rank: 16 }, ease: { decay: 1 } };
      await writeFile(file, `export default ${JSON.stringify({ ...minimal, training: { models } })}`);
      const { training } = await loadConfig(file, { models: { ials: { rank: 24 } } });
      expect(training.models).toEqual({ ials: { rank: 24 }, ease: { decay: 1 } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    [{ ...minimal, positives: {} }, /positives: name at least one event type/],
    [{ ...minimal, positives: { clik: 1 } }, /positives/],
    [{ ...minimal, surfaces: [] }, /define at least one surface/],
    [{ ...minimal, surfaces: [minimal.surfaces[0], minimal.surfaces[0]] }, /two surfaces have the same name/],
    [{ ...minimal, training: { testShare: 0.6, rankerShare: 0.5 } }, /testShare \+ rankerShare must be less than 1/],
    [{ ...minimal, training: { als: { rank: 0 } } }, /training\.als\.rank/],
    [{ ...minimal, training: { sed: 1 } }, /sed/],
    [{ ...minimal, training: { ranker: { rows: 'all' } } }, /ranker\.rows/],
    [{ ...minimal, training: { ranker: { places: 'all' } } }, /ranker\.places/],
    [{ ...minimal, training: { ranker: { mostWeight: 0.5 } } }, /ranker\.mostWeight/],
    [{ ...minimal, training: { attributionSeconds: { click: 0 } } }, /attributionSeconds\.click/],
    [{ ...minimal, training: { attributionSeconds: { glance: 5 } } }, /attributionSeconds/],
    [{ ...minimal, training: { ranker: { heavy: ['mine'] } } }, /heavy: no ranker "mine"; there are /],
    [{ ...minimal, training: { ranker: { settings: { mine: { epochs: 3 } } } } }, /settings: no ranker "mine"/],
    [{ ...minimal, networks: { listwise: () => undefined } }, /networks\.listwise: is the name of a built-in ranker/],
    [{ ...minimal, networks: { mine: 'dense' } }, /networks\.mine: a network is a function/],
    [{ ...minimal, features: [...minimal.features, ...minimal.features] }, /feature price: defined twice/],
  ])('refuses %# with the place and the reason', (config, message) => {
    expect(() => checkConfig(config, 'here')).toThrow(message);
    try {
      checkConfig(config, 'here');
    } catch (error) {
      expect(error).toMatchObject({ name: 'Failure', code: 'bad-input' });
    }
  });

  test("a site's own network is a ranker by its name, and its source text counts in the digest", () => {
    const training = { ranker: { heavy: ['listwise', 'mine'], settings: { mine: { epochs: 3 } } } };
    const [one, same, other] = [() => 1, () => 1, () => 2].map((mine) =>
      checkConfig({ ...minimal, training, networks: { mine } }, 'here'),
    );
    expect(one?.training.ranker.heavy).toEqual(['listwise', 'mine']);
    expect(one?.sha256).toBe(same?.sha256);
    expect(one?.sha256).not.toBe(other?.sha256);
  });

  test('a file without a default export, or that does not load, is refused by its path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vitrine-config-'));
    try {
      await writeFile(join(folder, 'empty.mjs'), 'export const config = 1;');
      await writeFile(join(folder, 'broken.mjs'), 'export default {');
      await expect(loadConfig(join(folder, 'empty.mjs'))).rejects.toThrow(/empty\.mjs has no default export/);
      await expect(loadConfig(join(folder, 'broken.mjs'))).rejects.toThrow(/broken\.mjs cannot be loaded/);
      await expect(loadConfig(join(folder, 'absent.ts'))).rejects.toThrow(/absent\.ts cannot be loaded/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('the examples are configurations', async () => {
    const folder = join(dirname(defaultConfigFile), 'examples');
    const files = await readdir(folder);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const { featureSet, surfaces } = await loadConfig(join(folder, file));
      expect(featureSet.light.length).toBeGreaterThan(0);
      expect(surfaces[0]?.name).toBe('home');
    }
  });
});
