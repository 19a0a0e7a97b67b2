import type { TrainingConfig } from '../../shared/contract/config.ts';
import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import type { VectorTable } from '../../shared/vector/table.ts';
import { alsModel } from './als.ts';
import { before, type Interactions } from './interactions.ts';
import { similarModel } from './similar.ts';
import { vectorsOf } from './vectors.ts';

/** The learnt candidate models of one point in time. */
export interface Generators {
  /** They saw nothing at or after this time. */
  readonly fittedThroughMs: number;
  readonly similar: SimilarTable;
  readonly vectors: VectorTable;
}

/** Fits the candidate models on the interactions strictly before `throughMs`. */
export function fitGenerators(log: Interactions, config: TrainingConfig, throughMs: number): Generators {
  const past = before(log, throughMs);
  return {
    fittedThroughMs: throughMs,
    similar: similarModel.fit(past, config.similar, throughMs),
    vectors: vectorsOf(alsModel.fit(past, { ...config.als, seed: config.seed }, throughMs)),
  };
}
