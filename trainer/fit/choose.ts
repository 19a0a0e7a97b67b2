import { settingsOver } from '../candidate/settings.ts';
import { listWeights, meanOf, ndcgOfLists } from './judge.ts';
import type { FittedRanker, RankerContext, RankerModel } from './ranker.ts';
import { listsFrom, type RankingRows } from './rows.ts';

/** A ranker to try, with settings over its defaults. */
export interface RankerOffer {
  readonly model: RankerModel;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface RankerChoice {
  /** Fitted on every list. */
  readonly ranker: FittedRanker;
  readonly model: string;
  readonly settings: object;
  /** NDCG@10 on the latest lists, fitted on those before; empty where there was only one to choose. */
  readonly ndcg: Readonly<Record<string, number>>;
  readonly lists: number;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Share of the lists, the latest, that decide. */
const judgedShare = 0.2;
const k = 10;

/**
 * Fits every ranker offered that can learn from the rows and fits into the budget, and keeps the one that orders the latest lists best; a tie goes to the
 * one named first. What is kept is fitted once more on all lists. The first that can learn is fitted whatever it costs. Costs are the
 * models' own estimates, so that equal rows give an equal choice anywhere.
 * @throws RangeError when none can learn from the rows.
 */
export async function chooseRanker(
  offers: readonly RankerOffer[],
  rows: RankingRows,
  { budgetSeconds, ...context }: RankerContext & { readonly budgetSeconds: number },
): Promise<RankerChoice> {
  const judged = Math.max(1, Math.round(judgedShare * rows.lists));
  const before = rows.lists - judged;
  const skipped: { name: string; reason: string }[] = [];
  const able: { model: RankerModel; settings: object }[] = [];
  let left = budgetSeconds;
  for (const { model, settings: given } of offers) {
    const reason = model.refusal(rows);
    if (reason !== undefined) {
      skipped.push({ name: model.name, reason });
      continue;
    }
    const settings = settingsOver(model.name, model.defaults(rows), given ?? {});
    const seconds = 2 * model.cost(rows, settings).seconds;
    if (able.length > 0 && seconds > left) {
      const over = `some ${seconds.toFixed(1)} s for two fits, ${left.toFixed(1)} s of the budget are left`;
      skipped.push({ name: model.name, reason: over });
      continue;
    }
    left -= seconds;
    able.push({ model, settings });
  }
  const [first] = able;
  if (!first) throw new RangeError(`no ranker can learn: ${skipped.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}`);
  const ndcg: Record<string, number> = {};
  let best = first;
  if (able.length > 1 && before >= 2) {
    const [past, latest] = [listsFrom(rows, 0, before), listsFrom(rows, before, rows.lists)];
    for (const offer of able) {
      const fitted = await offer.model.fit(past, offer.settings, context);
      ndcg[offer.model.name] = meanOf(ndcgOfLists(latest, fitted.score(latest), k), listWeights(latest));
      if ((ndcg[offer.model.name] as number) > (ndcg[best.model.name] as number)) best = offer;
    }
  }
  const ranker = await best.model.fit(rows, best.settings, context);
  return { ranker, model: best.model.name, settings: best.settings, ndcg, lists: judged, skipped };
}

/** What was chosen and why, for people. */
export function describeRanker(role: string, { model, ndcg, lists, skipped }: RankerChoice): string[] {
  const figures = Object.entries(ndcg).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  const why = figures.length > 0 ? `. NDCG@10 on the latest ${lists} lists: ${figures.join(', ')}` : '';
  return [`${role} ranker: ${model}${why}`, ...skipped.map(({ name, reason }) => `  without ${name}: ${reason}`)];
}
