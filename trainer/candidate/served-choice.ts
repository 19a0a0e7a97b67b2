import type { ModelChoice } from '../../shared/contract/release.ts';
import type { Skipped, Source } from './blend-sources.ts';
import type { Interactions } from './interactions.ts';
import type { FitContext, FittedModel } from './model.ts';
import { type AskedSource, type ServedCases, servedNdcg } from './served-cases.ts';
import { printableSettings, refusedSettings } from './settings.ts';

/** A way to make one part of a release: a model, what it leaves there, and how that is asked. */
export interface Contender<Part> {
  readonly source: Source;
  /** @throws Error when the model leaves nothing of the kind. */
  make(fitted: FittedModel): Part;
  ask(part: Part): AskedSource;
  /** Why it may not be released although it could be, in a sentence. */
  refused?(fitted: FittedModel, log: Interactions, cases: ServedCases, context: FitContext): Promise<string | undefined>;
}

/** What a part of a release is made by, and why. A function of log, settings, budget and seed. */
export interface PartChoice<Part> {
  readonly contender: Contender<Part>;
  readonly skipped: readonly Skipped[];
  /** NDCG@10 of each that was fitted, on the validation choices, as a release asks it. */
  readonly ndcg: Readonly<Record<string, number>>;
  readonly cases: number;
}

export interface JudgeInput {
  readonly log: Interactions;
  readonly cases: ServedCases;
  /** How many items the surface asks a source for. */
  readonly asked: number;
  readonly context: FitContext;
}

/**
 * Fits every contender on `log`, asks each for the cases, and keeps the best: of equal ones the first. One that may not be released is left out with the
 * reason; the first must be one that always may.
 */
export async function judge<Part>(
  contenders: readonly Contender<Part>[],
  { log, cases, asked, context }: JudgeInput,
): Promise<{ readonly choice: PartChoice<Part>; readonly part: Part }> {
  const ndcg: Record<string, number> = {};
  const skipped: Skipped[] = [];
  let best: { contender: Contender<Part>; part: Part; value: number } | undefined;
  for (const contender of contenders) {
    const { name, model, settings } = contender.source;
    const fitted = await model.fit(log, settings, context).catch((error) => {
      throw refusedSettings(model.name, error);
    });
    const reason = await contender.refused?.(fitted, log, cases, context);
    if (reason !== undefined) {
      skipped.push({ name, reason });
      continue;
    }
    const part = contender.make(fitted);
    const value = servedNdcg(cases, contender.ask(part), asked);
    ndcg[name] = value;
    if (!best || value > best.value) best = { contender, part, value };
  }
  if (!best) throw new Error('judge: no contender may be released');
  return { choice: { contender: best.contender, skipped, ndcg, cases: cases.cases.length }, part: best.part };
}

/** For the manifest, evaluation and page. */
export const choiceRecord = ({ contender: { source }, skipped, ndcg, cases }: PartChoice<unknown>): ModelChoice => ({
  model: source.name,
  settings: printableSettings(source.settings) as ModelChoice['settings'],
  ndcg10: ndcg,
  cases,
  skipped,
});
