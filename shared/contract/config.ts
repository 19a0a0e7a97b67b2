import type { FeatureDefinition } from '../feature/definition.ts';
import type { EventType } from './event.ts';
import type { Surface } from './surface.ts';

/** `vitrine.config.ts`: what a site decides. Everything has a default in trainer/config.ts. */
export interface VitrineConfig {
  readonly features: readonly FeatureDefinition[];
  readonly surfaces: readonly Surface[];
  /** Events that count as interest, with their label weight. Others (impression, skip, hide) are not positives. */
  readonly positives: Readonly<Partial<Record<EventType, number>>>;
  readonly training: TrainingConfig;
  /** Networks of the site's own, by the name that `training.ranker` gives them: made with `defineNetwork` (trainer/fit/custom/network.ts). */
  readonly networks?: Readonly<Record<string, (library: never, input: never) => unknown>>;
}

export interface TrainingConfig {
  readonly seed: number;
  /** Share of the time-ordered interactions that is held out for evaluation, at the end. */
  readonly testShare: number;
  /** Share before it that gives ranker rows; the candidate models behind those rows saw only what came before. */
  readonly rankerShare: number;
  readonly popularHalfLifeDays: number;
  /** By event type: for how long after an impression it counts as what came of it. Absent: it never does. */
  readonly attributionSeconds: Readonly<Partial<Record<EventType, number>>>;
  /** What fits of item-to-item models may take by their own estimates; what does not fit in is left out, and said. */
  readonly budgetSeconds: number;
  /** Settings by candidate model, over the defaults and what stands below: what `vitrine tune` finds (`vitrine train --settings`). */
  readonly models?: Readonly<Record<string, Readonly<Record<string, number | string | boolean>>>>;
  readonly similar: { readonly neighbours: number; readonly shrinkage: number; readonly window: number };
  /**
   * Search of item vectors at the edge: every row, or inverted lists (docs/index.md). Default: lists above 500,000 items.
   */
  readonly index?: 'exact' | 'lists';
  readonly als: {
    readonly rank: number;
    readonly iterations: number;
    readonly regularisation: number;
    readonly unobservedWeight: number;
  };
  readonly ranker: {
    /** What the light and the heavy ranker are chosen among (docs/models.md); one name: no choice, it is fitted. */
    readonly light: readonly string[];
    readonly heavy: readonly string[];
    /** By ranker: settings over its defaults. */
    readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly negatives: number;
    readonly maxQueries: number;
    /**
     * What rankers learn from: choices, among the candidates of their time; slates that were logged, chosen from or not; or both. Where no slate was logged
     * there are only choices.
     */
    readonly rows: 'candidates' | 'slates' | 'both';
    /** How a place that is looked at more explains more clicks: a term of training, label weights (inverse propensities, clipped at `mostWeight`), or not. */
    readonly places: 'additive' | 'inverse' | 'ignore';
    readonly mostWeight: number;
  };
}

/** Identity with types: `export default defineConfig({...})`. */
export const defineConfig = (config: VitrineConfig): VitrineConfig => config;
