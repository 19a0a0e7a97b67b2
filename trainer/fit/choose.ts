import type { RankerModelChoice } from '../../shared/contract/release.ts';
import { printableSettings, settingsOver } from '../candidate/settings.ts';
import { type Lesson, lessons, taught } from './distil.ts';
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
  /** The others that were fitted, on every list too: what the evaluation sets beside the one that was kept. */
  readonly others: readonly { readonly name: string; readonly ranker: FittedRanker }[];
  /** Where the rows have a teacher: what it taught, and NDCG@10 on the latest lists without and with it. Weight 0: nothing that helped. */
  readonly distilled?: Lesson & { readonly ndcg: { readonly alone: number; readonly taught: number } };
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Share of the lists, the latest, that decide. */
const judgedShare = 0.2;
const k = 10;
/** On fewer lists than these a lesson that helps is not told from luck. */
const leastJudged = 100;

/**
 * Fits every ranker offered that can learn from the rows and fits into the budget, and keeps the one that orders the latest lists best; a tie goes to the
 * one named first. What is kept is fitted once more on all lists. The first that can learn is fitted whatever it costs. Costs are the
 * models' own estimates, so that equal rows give an equal choice anywhere. Where the rows have a teacher, the one that is kept learns from it as far as that
 * makes its order of the latest lists better.
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
  const [past, latest] = [listsFrom(rows, 0, before), listsFrom(rows, before, rows.lists)];
  const judge = async ({ model, settings }: (typeof able)[number], earlier: RankingRows): Promise<number> => {
    const fitted = await model.fit(earlier, settings, context);
    return meanOf(ndcgOfLists(latest, fitted.score(latest), k), listWeights(latest));
  };
  if (able.length > 1 && before >= 2) {
    for (const offer of able) {
      ndcg[offer.model.name] = await judge(offer, past);
      if ((ndcg[offer.model.name] as number) > (ndcg[best.model.name] as number)) best = offer;
    }
  }
  let lesson: (Lesson & { ndcg: { alone: number; taught: number } }) | undefined;
  if (rows.teacher && judged >= leastJudged) {
    const alone = ndcg[best.model.name] ?? (await judge(best, past));
    lesson = { weight: 0, temperature: 1, ndcg: { alone, taught: alone } };
    for (const tried of lessons) {
      left -= best.model.cost(past, best.settings).seconds;
      if (left < 0) break;
      const found = await judge(best, taught(past, tried));
      if (found > lesson.ndcg.taught) lesson = { ...tried, ndcg: { alone, taught: found } };
    }
  }
  const learnt = lesson && lesson.weight > 0 ? taught(rows, lesson) : rows;
  const others: { name: string; ranker: FittedRanker }[] = [];
  for (const { model, settings } of able)
    if (model !== best.model) others.push({ name: model.name, ranker: await model.fit(rows, settings, context) });
  const ranker = await best.model.fit(learnt, best.settings, context);
  const chosen = { ranker, model: best.model.name, settings: best.settings, ndcg, lists: judged, others, skipped };
  return lesson ? { ...chosen, distilled: lesson } : chosen;
}

/** What was chosen and why, for people. */
export function describeRanker(role: string, { model, ndcg, lists, skipped, distilled }: RankerChoice): string[] {
  const figures = Object.entries(ndcg).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  const why = figures.length > 0 ? `. NDCG@10 on the latest ${lists} lists: ${figures.join(', ')}` : '';
  return [
    `${role} ranker: ${model}${why}`,
    ...(distilled ? [describeLesson(distilled)] : []),
    ...skipped.map(({ name, reason }) => `  without ${name}: ${reason}`),
  ];
}

/** For the manifest, evaluation and page. */
export const rankerRecord = ({ model, settings, ndcg, lists, skipped, distilled }: RankerChoice): RankerModelChoice => ({
  model,
  settings: printableSettings(settings) as RankerModelChoice['settings'],
  ndcg10: ndcg,
  lists,
  skipped,
  ...(distilled && { distilled: { weight: distilled.weight, temperature: distilled.temperature, ndcg10: distilled.ndcg } }),
});

const describeLesson = ({ weight, temperature, ndcg: { alone, taught } }: NonNullable<RankerChoice['distilled']>): string =>
  weight > 0
    ? `  distilled from the heavy ranker, weight ${weight}, temperature ${temperature}: NDCG@10 ${alone.toFixed(4)} to ${taught.toFixed(4)}`
    : '  the heavy ranker had nothing to teach it';
