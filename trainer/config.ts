import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { canonicalJson } from '../shared/contract/canonical.ts';
import type { TrainingConfig, VitrineConfig } from '../shared/contract/config.ts';
import { eventTypes } from '../shared/contract/event.ts';
import type { Sha256 } from '../shared/contract/id.ts';
import { sha256Text } from '../shared/contract/sha256.ts';
import { sourceNames } from '../shared/contract/surface.ts';
import { createFeatureSet } from '../shared/feature/create.ts';
import type { FeatureDefinition, FeatureSetDocument } from '../shared/feature/definition.ts';
import { surfaceFault } from '../shared/release/surface.ts';
import { mapValues, printableSettings } from './candidate/settings.ts';
import { Failure } from './failure.ts';
import { rankerNames } from './fit/rankers.ts';

/** The configuration that `--config` does not name. */
export const defaultConfigFile = join(dirname(dirname(fileURLToPath(import.meta.url))), 'vitrine.config.ts');

const [halfHourSeconds, weekSeconds] = [1800, 7 * 86_400];

/** Training numbers that a configuration leaves out. */
export const defaultTraining: TrainingConfig = {
  seed: 1,
  testShare: 0.15,
  rankerShare: 0.2,
  popularHalfLifeDays: 30,
  attributionSeconds: {
    click: halfHourSeconds,
    view: halfHourSeconds,
    play: halfHourSeconds,
    dwell: halfHourSeconds,
    rating: weekSeconds,
    cart: weekSeconds,
    purchase: weekSeconds,
    conversion: weekSeconds,
  },
  budgetSeconds: 10,
  similar: { neighbours: 100, shrinkage: 5, window: 5 },
  als: { rank: 32, iterations: 8, regularisation: 0.01, unobservedWeight: 0.3 },
  ranker: {
    light: ['listwise'],
    heavy: ['listwise'],
    negatives: 30,
    maxQueries: 4000,
    rows: 'both',
    places: 'additive',
    mostWeight: 20,
  },
};

/** A valid configuration with what follows from it. */
export interface LoadedConfig extends VitrineConfig {
  readonly featureSet: FeatureSetDocument;
  readonly sha256: Sha256;
}

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a name is lower-case letters, digits and hyphens');
const share = z.number().gt(0).lt(1);
const count = z.int().min(1);
/** Which models and settings there are is the candidate room's business. Infinity is a value of some. */
const setting = z.custom<number | string | boolean>(
  (value) => ['number', 'string', 'boolean'].includes(typeof value) && !Number.isNaN(value),
  'a setting is a number, a text or true or false',
);
const defaults = defaultTraining;
const rankers = z.array(z.string()).min(1, 'name at least one ranker');

const training = z
  .strictObject({
    seed: z.int().min(0).max(0xffffffff).default(defaults.seed),
    testShare: share.default(defaults.testShare),
    rankerShare: share.default(defaults.rankerShare),
    popularHalfLifeDays: z.number().positive().default(defaults.popularHalfLifeDays),
    attributionSeconds: z.partialRecord(z.enum(eventTypes), z.number().positive()).default(defaults.attributionSeconds),
    budgetSeconds: z.number().positive().default(defaults.budgetSeconds),
    models: z.record(z.string(), z.record(z.string(), setting)).optional(),
    similar: z
      .strictObject({
        neighbours: count.max(1000).default(defaults.similar.neighbours),
        shrinkage: z.number().min(0).default(defaults.similar.shrinkage),
        window: count.max(100).default(defaults.similar.window),
      })
      .default(defaults.similar),
    als: z
      .strictObject({
        rank: count.max(256).default(defaults.als.rank),
        iterations: count.max(100).default(defaults.als.iterations),
        regularisation: z.number().positive().default(defaults.als.regularisation),
        unobservedWeight: z.number().positive().default(defaults.als.unobservedWeight),
      })
      .default(defaults.als),
    ranker: z
      .strictObject({
        light: rankers.default(['listwise']),
        heavy: rankers.default(['listwise']),
        settings: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
        negatives: count.max(199).default(defaults.ranker.negatives),
        maxQueries: count.default(defaults.ranker.maxQueries),
        rows: z.enum(['candidates', 'slates', 'both']).default(defaults.ranker.rows),
        places: z.enum(['additive', 'inverse', 'ignore']).default(defaults.ranker.places),
        mostWeight: z.number().min(1).default(defaults.ranker.mostWeight),
      })
      .prefault({}),
  })
  .refine((value) => value.testShare + value.rankerShare < 1, 'testShare + rankerShare must be less than 1')
  .prefault({});

const surface = z
  .strictObject({
    name,
    sources: z
      .array(z.strictObject({ source: z.enum(sourceNames), limit: count.max(1000), weight: z.number().positive() }))
      .min(1, 'a surface needs at least one source'),
    rules: z.strictObject({
      excludeSeen: z.boolean(),
      categoryShare: z.number().gt(0).max(1),
      calibration: z.number().min(0).optional(),
    }),
    rerank: z.boolean(),
    retrieval: z.literal('private').exactOptional(),
  })
  .superRefine((value, context) => {
    const fault = surfaceFault(value);
    if (fault) context.addIssue({ code: 'custom', message: fault.trimStart() });
  });

const network = z.custom<NonNullable<VitrineConfig['networks']>[string]>(
  (value) => typeof value === 'function',
  'a network is a function that builds it: see defineNetwork',
);

const schema = z
  .strictObject({
    // What a definition may hold is the feature room's business: createFeatureSet checks it.
    features: z.array(z.looseObject({ name: z.string() })).min(1, 'define at least one feature'),
    surfaces: z
      .array(surface)
      .min(1, 'define at least one surface')
      .refine((surfaces) => new Set(surfaces.map((one) => one.name)).size === surfaces.length, 'two surfaces have the same name'),
    positives: z
      .partialRecord(z.enum(eventTypes), z.number().positive())
      .refine((weights) => Object.keys(weights).length > 0, 'name at least one event type that counts as interest'),
    training,
    networks: z.record(name, network).optional(),
  })
  .superRefine(({ training: { ranker }, networks = {} }, context) => {
    const own = Object.keys(networks);
    const known: readonly string[] = [...rankerNames, ...own];
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    for (const name of own)
      if ((rankerNames as readonly string[]).includes(name)) fault(['networks', name], 'is the name of a built-in ranker');
    for (const role of ['light', 'heavy', 'settings'] as const)
      for (const name of role === 'settings' ? Object.keys(ranker.settings ?? {}) : ranker[role])
        if (!known.includes(name)) fault(['training', 'ranker', role], `no ranker "${name}"; there are ${known.join(', ')}`);
  });

/** What the digest of a configuration is of: a network counts as its source text, and JSON has no infinities, which settings of models may be. */
function digestible({ networks, training, ...values }: VitrineConfig): object {
  const models = training.models && mapValues(training.models, printableSettings);
  return {
    ...values,
    training: { ...training, ...(models && { models }) },
    ...(networks && { networks: mapValues(networks, String) }),
  };
}

/**
 * Checks a configuration, applies defaults and makes its feature set: the light ranker takes every feature that the edge can serve, the heavy one all.
 * @throws Failure `bad-input` that lists what is wrong and where.
 */
export function checkConfig(value: unknown, source: string): LoadedConfig {
  const result = schema.safeParse(value);
  if (!result.success) {
    const issues = result.error.issues.map((issue) => `  ${issue.path.join('.') || '(top)'}: ${issue.message}`);
    throw new Failure('bad-input', `${source} is not a valid configuration:\n${issues.join('\n')}`);
  }
  const config = result.data as unknown as VitrineConfig;
  const names = (definitions: readonly FeatureDefinition[]) => definitions.map((definition) => definition.name);
  const servable = config.features.filter((definition) => definition.placement !== 'device');
  let featureSet: FeatureSetDocument;
  try {
    featureSet = createFeatureSet({ definitions: config.features, light: names(servable), heavy: names(config.features) });
  } catch (error) {
    throw new Failure('bad-input', `${source} is not a valid configuration:\n  features: ${(error as Error).message}`);
  }
  return { ...config, featureSet, sha256: sha256Text(canonicalJson(digestible(config))) };
}

/**
 * Loads `vitrine.config.ts` (or another module with a configuration as its default export).
 * @param changes instead of the configuration's own; part of the digest.
 * @throws Failure `bad-input`.
 */
export async function loadConfig(
  file: string = defaultConfigFile,
  changes: Partial<Pick<TrainingConfig, 'seed' | 'budgetSeconds' | 'models'>> = {},
): Promise<LoadedConfig> {
  const path = resolve(file);
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    throw new Failure('bad-input', `${path} cannot be loaded: ${(error as Error).message}`);
  }
  if (module.default === undefined)
    throw new Failure('bad-input', `${path} has no default export`, 'export default defineConfig({ ... })');
  const config = checkConfig(module.default, path);
  if (Object.keys(changes).length === 0) return config;
  const { featureSet: _, sha256: __, ...values } = config;
  const models = { ...config.training.models, ...changes.models };
  const training = { ...config.training, ...changes, ...(changes.models && { models }) };
  return checkConfig({ ...values, training }, path);
}
