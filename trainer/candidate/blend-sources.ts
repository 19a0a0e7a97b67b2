import { contentModel } from './content.ts';
import { easeModel } from './ease.ts';
import { gfCfModel } from './gf-cf.ts';
import { ialsModel } from './ials.ts';
import { itemItemModel } from './item-item.ts';
import type { CandidateModel, Cost, FitContext, Shape } from './model.ts';
import { popularityModel } from './popularity.ts';
import { popularityCategoryModel } from './popularity-category.ts';
import { sequenceNetModel } from './sequence-net.ts';
import { sessionKnnModel } from './session-knn.ts';
import { transitionModel } from './transitions.ts';
import { twoTowerModel } from './two-tower.ts';

/** A model with its settings under a name of its own. */
export interface Source {
  readonly name: string;
  readonly model: CandidateModel;
  readonly settings: object;
}

export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/** What a blend may be made of, the cheap and strong first, networks last: a budget is spent in this order. Two horizons of one model are two sources. */
export function sourcesFor(shape: Shape): Source[] {
  const source = (model: CandidateModel, more: object = {}, name: string = model.name): Source => ({
    name,
    model,
    settings: { ...model.defaults(shape), ...more },
  });
  const horizons = shape.ordered ? [source(transitionModel, { last: 1, seedExponent: 1 }, 'transitions-last')] : [];
  return [
    source(popularityModel, { halfLifeDays: Number.POSITIVE_INFINITY }),
    source(popularityModel, {}, 'popularity-recent'),
    source(transitionModel),
    ...horizons,
    source(sessionKnnModel),
    source(itemItemModel),
    source(ialsModel),
    source(popularityCategoryModel),
    source(gfCfModel),
    source(easeModel),
    source(contentModel),
    source(twoTowerModel),
    source(sequenceNetModel),
  ].filter(({ name }) => shape.ordered || name !== 'popularity-recent');
}

/**
 * Picks by what models say of themselves: the refusals, then estimates of time (two fits each) and memory in the order given. The clock has no part in
 * it, so the same data and budget give the same choice anywhere. The first that can learn is taken whatever it costs.
 */
export function chooseSources(
  sources: readonly Source[],
  shape: Shape,
  context: Pick<FitContext, 'items'>,
  { budgetSeconds, budgetBytes }: { readonly budgetSeconds: number; readonly budgetBytes: number },
): { readonly chosen: readonly Source[]; readonly skipped: readonly Skipped[] } {
  const chosen: Source[] = [];
  const skipped: Skipped[] = [];
  let seconds = budgetSeconds;
  for (const source of sources) {
    const refusal = source.model.refusal(shape, context);
    const cost = source.model.cost(shape, source.settings);
    const reason = refusal ?? (chosen.length === 0 ? undefined : overBudget(cost, seconds, budgetBytes));
    if (reason !== undefined) skipped.push({ name: source.name, reason });
    else {
      chosen.push(source);
      seconds -= 2 * cost.seconds;
    }
  }
  return { chosen, skipped };
}

function overBudget({ seconds, bytes }: Cost, secondsLeft: number, bytesLeft: number): string | undefined {
  if (2 * seconds > secondsLeft)
    return `some ${(2 * seconds).toFixed(1)} s for two fits, ${secondsLeft.toFixed(1)} s of the budget are left`;
  return bytes > bytesLeft ? `some ${(bytes / 1e9).toFixed(1)} GB, the budget has ${(bytesLeft / 1e9).toFixed(1)}` : undefined;
}
