import { availableParallelism } from 'node:os';
import type { TrainingConfig } from '../../shared/contract/config.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { ReleaseChoice } from '../../shared/contract/release.ts';
import type { Surface } from '../../shared/contract/surface.ts';
import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import type { Kernels } from '../adapter/kernel.ts';
import { chooseSources, type Skipped } from './blend-sources.ts';
import { enough, withColdItems } from './cold-neighbours.ts';
import { type ContentLists, type ContentSettings, contentLists, contentModel } from './content.ts';
import { before, type Interactions } from './interactions.ts';
import type { FitContext, Shape } from './model.ts';
import { servedCases } from './served-cases.ts';
import { type Contender, choiceRecord, type JudgeInput, judge, type PartChoice } from './served-choice.ts';
import { neighbourContenders } from './served-neighbours.ts';
import { type ServedVectors, vectorContenders } from './served-vectors.ts';
import { settingsOver } from './settings.ts';
import { shapeOf } from './shape.ts';

/** The learnt candidate models of one point in time. */
export interface Generators extends ServedVectors {
  /** They saw nothing at or after this time. */
  readonly fittedThroughMs: number;
  readonly similar: SimilarTable;
}

/** What the parts of a release are made by. */
export interface GeneratorChoice {
  readonly similar: PartChoice<SimilarTable>;
  readonly vectors: PartChoice<ServedVectors>;
}

export interface GeneratorInput {
  readonly log: Interactions;
  readonly items: readonly Item[];
  readonly training: TrainingConfig;
  /** What the models are judged for. */
  readonly surface: Surface;
  readonly kernels: Kernels;
  /** Fills the lists of items that few or none met. */
  readonly alike?: ContentLists | undefined;
}

const validationCases = 2000;
const budgetBytes = 4e9;

/** Whatever a person should know of a fit is known from the choice. */
const contextAt = ({ items, training }: GeneratorInput, throughMs: number): FitContext => ({
  seed: training.seed,
  throughMs,
  threads: availableParallelism(),
  items,
  warn: () => undefined,
});

/**
 * Chooses what the item-to-item lists and the vectors of a release are made by: the models that the budget allows are fitted on what came before
 * `fromMs` and asked, as a release serves them, for choices in [fromMs, toMs). The fits of the best are the generators of that time.
 */
export async function chooseGenerators(
  input: GeneratorInput,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly choice: GeneratorChoice; readonly early: Generators }> {
  const { log: whole, training, surface } = input;
  const log = before(whole, fromMs);
  const context = contextAt(input, fromMs);
  const { similar, vectors, skipped } = affordable(input, shapeOf(log), context);
  const hideHistory = surface.rules.excludeSeen;
  const cases = servedCases(before(whole, toMs), { fromMs, toMs, hideHistory, most: validationCases, seed: training.seed });
  const judged = async <Part>(contenders: readonly Contender<Part>[], name: 'similar' | 'nearest') => {
    const asked = surface.sources.find(({ source }) => source === name)?.limit ?? 100;
    const input: JudgeInput = { log, cases, asked, context };
    const { choice, part } = await judge(contenders, input);
    const left = name === 'similar' ? skipped.similar : skipped.vectors;
    return { choice: { ...choice, skipped: [...left, ...choice.skipped] }, part };
  };
  const lists = await judged(similar, 'similar');
  const near = await judged(vectors, 'nearest');
  return {
    choice: { similar: lists.choice, vectors: near.choice },
    early: { fittedThroughMs: fromMs, similar: filled(input, log, lists.part), ...near.part },
  };
}

/** Fits the candidate models on the interactions strictly before `throughMs`. @param choice without one: the cheapest. */
export async function fitGenerators(input: GeneratorInput, throughMs: number, choice?: GeneratorChoice): Promise<Generators> {
  const log = before(input.log, throughMs);
  const context = contextAt(input, throughMs);
  const cheapest = choice === undefined ? affordable(input, shapeOf(log), context) : undefined;
  const fit = async <Part>(contender: Contender<Part> | undefined): Promise<Part> => {
    if (!contender) throw new Error('fitGenerators: no model can learn from this data');
    const { model, settings } = contender.source;
    return contender.make(await model.fit(log, settings, context));
  };
  const learnt = await fit(choice?.similar.contender ?? cheapest?.similar[0]);
  return {
    fittedThroughMs: throughMs,
    similar: filled(input, log, learnt),
    ...(await fit(choice?.vectors.contender ?? cheapest?.vectors[0])),
  };
}

const filled = ({ alike, training }: GeneratorInput, log: Interactions, learnt: SimilarTable): SimilarTable =>
  alike ? withColdItems(learnt, log, alike, training.similar.neighbours) : learnt;

/** What items are alike by, where they have attributes: the same for every fit of a release. */
export function contentOf({ log, items, training }: Omit<GeneratorInput, 'alike'>): ContentLists | undefined {
  const shape = shapeOf(log);
  if (contentModel.refusal(shape, { items }) !== undefined) return undefined;
  const settings = settingsOver('content', contentModel.defaults(shape), training.models?.content ?? {}) as ContentSettings;
  return contentLists(items, { ...settings, served: Math.min(settings.served, enough) });
}

/** The contenders for each part that the budget allows, cheap ones first; one of each part whatever it costs. */
function affordable(input: GeneratorInput, shape: Shape, context: FitContext) {
  const { similar, als, models, budgetSeconds } = input.training;
  const lists = neighbourContenders(shape, { ...similar, models });
  const vectors = vectorContenders(shape, { als, models, kernels: input.kernels });
  const costOf = ({ source: { model, settings } }: Contender<unknown>) => model.cost(shape, settings).seconds;
  const all = [...lists, ...vectors].sort((a, b) => costOf(a) - costOf(b)).map(({ source }) => source);
  const { chosen, skipped } = chooseSources(all, shape, context, { budgetSeconds, budgetBytes });
  const part = <Part>(contenders: readonly Contender<Part>[]) => {
    const taken = contenders.filter(({ source }) => chosen.includes(source));
    const able = contenders.filter(({ source }) => source.model.refusal(shape, context) === undefined);
    const own = taken.length > 0 ? taken : able.slice(0, 1);
    return { own, left: skipped.filter(({ name }) => contenders.some((c) => c.source.name === name && !own.includes(c))) };
  };
  const [fromLists, fromVectors] = [part(lists), part(vectors)];
  const left: { similar: readonly Skipped[]; vectors: readonly Skipped[] } = {
    similar: fromLists.left,
    vectors: fromVectors.left,
  };
  return { similar: fromLists.own, vectors: fromVectors.own, skipped: left };
}

const described = (title: string, { contender, ndcg, cases, skipped }: PartChoice<unknown>): string[] => [
  `${title} by ${contender.source.name}. NDCG@10 of ${cases} later choices: ${Object.entries(ndcg)
    .map(([name, value]) => `${name} ${value.toFixed(4)}`)
    .join(', ')}`,
  ...skipped.map(({ name, reason }) => `  without ${name}: ${reason}`),
];

/** What was chosen and why, for people. */
export const describeChoice = ({ similar, vectors }: GeneratorChoice): string[] => [
  ...described('Similar items', similar),
  ...described('Vectors', vectors),
];

/** For the manifest. */
export const recordOf = ({ similar, vectors }: GeneratorChoice): Pick<ReleaseChoice, 'similar' | 'vectors'> => ({
  similar: choiceRecord(similar),
  vectors: choiceRecord(vectors),
});
