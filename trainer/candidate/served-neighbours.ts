import { type SimilarTable, similar } from '../../shared/retrieval/similar.ts';
import type { Source } from './blend-sources.ts';
import { boughtTogetherModel } from './bought-together.ts';
import { easeModel } from './ease.ts';
import { gfCfModel } from './gf-cf.ts';
import { itemItemModel } from './item-item.ts';
import type { CandidateModel, Shape } from './model.ts';
import type { Contender } from './served-choice.ts';
import { settingsOver } from './settings.ts';
import type { ModelSettings } from './trained.ts';
import { transitionModel } from './transitions.ts';

export interface NeighbourSettings {
  /** Over the models' own defaults, all but the length of lists; not of `transitions-around`, which is a variant with settings of its own. */
  readonly models?: ModelSettings | undefined;
  /** Longest list per item. */
  readonly neighbours: number;
  readonly shrinkage: number;
  readonly window: number;
}

/**
 * Ways to make item-to-item lists. One model makes them: a weighted sum of their lists won on validation parts (ml-latest-small, NDCG@10 .055 against .048
 * of the best alone) and lost in the release, where lists of several sources are fused anyway (.093 and .099 against .101).
 */
export function neighbourContenders(
  shape: Shape,
  { neighbours, shrinkage, window, models = {} }: NeighbourSettings,
): Contender<SimilarTable>[] {
  const source = (model: CandidateModel, more: object = {}): Source => {
    const defaults = model.defaults(shape);
    const given = [{ ...keepOf(defaults), ...more }, models[model.name] ?? {}, { served: neighbours }];
    return { name: model.name, model, settings: settingsOver(model.name, defaults, ...given) };
  };
  // What a release does not serve need not be kept.
  const keepOf = (defaults: object) => ('keep' in defaults ? { keep: neighbours } : {});
  const around = {
    window,
    shrinkage,
    backward: 0.5,
    seedExponent: 0.5,
    neighbourExponent: 0.25,
    keep: neighbours,
    served: neighbours,
  };
  const sources = [
    source(transitionModel),
    { name: 'transitions-around', model: transitionModel, settings: { ...transitionModel.defaults(shape), ...around } },
    source(boughtTogetherModel),
    source(itemItemModel, { shrinkage }),
    source(easeModel),
    source(gfCfModel),
  ];
  return sources.map((own) => ({
    source: own,
    make({ artifact: { neighbours: table } }) {
      if (!table) throw new Error(`${own.name} leaves no neighbours`);
      return table;
    },
    ask: (table) => (seeds, limit) => similar(table, seeds, limit),
  }));
}
