import { availableParallelism } from 'node:os';
import type { TrainingConfig } from '../../shared/contract/config.ts';
import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import type { VectorTable } from '../../shared/vector/table.ts';
import { fitIals, type IalsSettings } from './ials.ts';
import { before, type Interactions } from './interactions.ts';
import { similarModel } from './similar.ts';
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

/** Fits the candidate models on the interactions strictly before `throughMs`. */
export async function fitGenerators(log: Interactions, config: TrainingConfig, throughMs: number): Promise<Generators> {
  const past = before(log, throughMs);
  const context = { seed: config.seed, throughMs, threads: availableParallelism(), warn: () => undefined };
  const settings = { ...ialsDefaults, ...config.als };
  const { artifact } = await fitIals(past, settings, context);
  return {
    fittedThroughMs: throughMs,
    similar: similarModel.fit(past, config.similar, throughMs),
    vectors: directionsOf(artifact.vectors),
  };
}
