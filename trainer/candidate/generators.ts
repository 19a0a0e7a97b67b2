import { availableParallelism } from 'node:os';
import type { TrainingConfig } from '../../shared/contract/config.ts';
import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import type { VectorTable } from '../../shared/vector/table.ts';
import { fitIals, type IalsSettings } from './ials.ts';
import { before, type Interactions } from './interactions.ts';
import { chooseNeighbours, fitNeighbours, type NeighbourChoice } from './served-neighbours.ts';
import { settingsOver } from './settings.ts';
import { directionsOf } from './vectors.ts';

/** The learnt candidate models of one point in time. */
export interface Generators {
  /** They saw nothing at or after this time. */
  readonly fittedThroughMs: number;
  readonly similar: SimilarTable;
  readonly vectors: VectorTable;
}

/** What the configuration does not ask for. */
const ialsDefaults = {
  exponent: 1,
  solver: 'conjugate-gradient',
  weighting: 'once',
  halfLife: Number.POSITIVE_INFINITY,
} as const satisfies Partial<IalsSettings>;

/** Whatever a person should know of a fit is known from the choice. */
const contextAt = (config: TrainingConfig, throughMs: number) => ({
  seed: config.seed,
  throughMs,
  threads: availableParallelism(),
  warn: () => undefined,
});

/** What the item-to-item lists of a release are made by, judged on the interactions strictly before `throughMs`. */
export function chooseGenerators(log: Interactions, config: TrainingConfig, throughMs: number): Promise<NeighbourChoice> {
  const context = { ...contextAt(config, throughMs), budgetSeconds: config.budgetSeconds };
  return chooseNeighbours(
    before(log, throughMs),
    { ...config.similar, ...(config.models && { models: config.models }) },
    context,
  );
}

/** Fits the candidate models on the interactions strictly before `throughMs`. @param choice made before that time. */
export async function fitGenerators(
  log: Interactions,
  config: TrainingConfig,
  throughMs: number,
  choice?: NeighbourChoice,
): Promise<Generators> {
  const past = before(log, throughMs);
  const context = contextAt(config, throughMs);
  const settings = settingsOver('ials', { ...ialsDefaults, ...config.als }, config.models?.ials ?? {}) as IalsSettings;
  const { artifact } = await fitIals(past, settings, context);
  const made = choice ?? (await chooseGenerators(log, config, throughMs));
  return {
    fittedThroughMs: throughMs,
    similar: await fitNeighbours(made, past, context),
    vectors: directionsOf(artifact.vectors),
  };
}
