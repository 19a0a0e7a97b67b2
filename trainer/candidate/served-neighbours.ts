import { limit } from '../../shared/contract/limit.ts';
import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import { poolOf } from './blend-pool.ts';
import { chooseSources, type Skipped, type Source } from './blend-sources.ts';
import { ndcgOfEach } from './blend-weights.ts';
import { boughtTogetherModel } from './bought-together.ts';
import { byNeighbours } from './by-neighbours.ts';
import { easeModel } from './ease.ts';
import { gfCfModel } from './gf-cf.ts';
import type { Interactions } from './interactions.ts';
import { itemItemModel } from './item-item.ts';
import type { CandidateModel, FitContext, FittedModel, Shape } from './model.ts';
import { settingsOver } from './settings.ts';
import { shapeOf } from './shape.ts';
import type { ModelSettings } from './trained.ts';
import { transitionModel } from './transitions.ts';
import { futureChoices, innerValidation } from './validation.ts';

export interface NeighbourSettings {
  /** Over the models' own defaults, all but the length of lists; not of `transitions-around`, which is a variant with settings of its own. */
  readonly models?: ModelSettings;
  /** Longest list per item. */
  readonly neighbours: number;
  readonly shrinkage: number;
  readonly window: number;
}

/** The item-to-item model of a release. A function of log, settings, budget and seed. */
export interface NeighbourChoice {
  readonly source: Source;
  readonly skipped: readonly Skipped[];
  /** NDCG@10 of each source on the validation part, as a release serves its lists. */
  readonly ndcg: Readonly<Record<string, number>>;
  readonly cases: number;
}

/** How `shared/retrieval/similar.ts` mixes the items of a visitor. */
const served = { last: limit.seeds, decay: 0.8 };
const validationCases = 2000;
const budgetBytes = 4e9;

/** Ways to make item-to-item lists, the cheap ones first. */
function neighbourSources(shape: Shape, { neighbours, shrinkage, window, models = {} }: NeighbourSettings): Source[] {
  const source = (model: CandidateModel, more: object = {}): Source => {
    const given = [{ ...more }, models[model.name] ?? {}, { served: neighbours }];
    return { name: model.name, model, settings: settingsOver(model.name, model.defaults(shape), ...given) };
  };
  const around = { window, shrinkage, backward: 0.5, seedExponent: 0.5, neighbourExponent: 0.25, served: neighbours };
  return [
    source(transitionModel),
    { name: 'transitions-around', model: transitionModel, settings: { ...transitionModel.defaults(shape), ...around } },
    source(boughtTogetherModel),
    source(itemItemModel, { shrinkage }),
    source(easeModel),
    source(gfCfModel),
  ];
}

/**
 * Chooses the item-to-item model of a release: those that the budget allows are fitted without a validation part of the log and asked as a release serves
 * them; the best is it. A weighted sum of their lists won on validation parts (ml-latest-small, NDCG@10 .055 against .048 of the best alone) and lost in
 * the release, where lists of several sources are fused anyway (.093 and .099 against .101): one model, then.
 */
export async function chooseNeighbours(
  log: Interactions,
  settings: NeighbourSettings,
  context: FitContext & { readonly budgetSeconds: number },
): Promise<NeighbourChoice> {
  const shape = shapeOf(log);
  const { chosen, skipped } = chooseSources(neighbourSources(shape, settings), shape, context, {
    budgetSeconds: context.budgetSeconds,
    budgetBytes,
  });
  const how = { ordered: shape.ordered, most: validationCases, seed: context.seed };
  const { fit, cases, hideHistory } = shape.ordered ? futureChoices(log, how) : innerValidation(log, how);
  const models: FittedModel[] = [];
  for (const { model, settings: own } of chosen) {
    const { neighbours } = (await model.fit(fit, own, context)).artifact;
    if (!neighbours) throw new Error(`${model.name} leaves no neighbours`);
    models.push(byNeighbours(neighbours, served, settings.neighbours));
  }
  const ndcg = ndcgOfEach(poolOf(models, { cases, items: log.items, hideHistory, scale: 'none' }));
  const best = ndcg.reduce((most, value, s) => (value > (ndcg[most] as number) ? s : most), 0);
  return {
    source: chosen[best] as Source,
    skipped,
    ndcg: Object.fromEntries(chosen.map(({ name }, s) => [name, ndcg[s] as number])),
    cases: cases.length,
  };
}

/** The neighbours of every item, fitted on all of a log as chosen. */
export async function fitNeighbours({ source }: NeighbourChoice, log: Interactions, context: FitContext): Promise<SimilarTable> {
  const { neighbours } = (await source.model.fit(log, source.settings, context)).artifact;
  if (!neighbours) throw new Error(`${source.name} leaves no neighbours`);
  return neighbours;
}

/** What was chosen and why, for people. */
export function describeChoice({ source, skipped, ndcg, cases }: NeighbourChoice): string[] {
  const figures = Object.entries(ndcg).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return [
    `Similar items by ${source.name}. NDCG@10 of ${cases} validation choices: ${figures.join(', ')}`,
    ...skipped.map(({ name, reason }) => `  without ${name}: ${reason}`),
  ];
}
