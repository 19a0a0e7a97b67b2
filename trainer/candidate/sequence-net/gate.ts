import { ndcgAt } from '../../evaluate/metric.ts';
import { rankCases } from '../../evaluate/rank.ts';
import type { Interactions } from '../interactions.ts';
import type { CandidateModel, FitContext, FittedModel } from '../model.ts';
import { shapeOf } from '../shape.ts';
import { transitionModel } from '../transitions.ts';
import { type InnerValidation, innerValidation } from '../validation.ts';

export interface GateResult {
  /** Whether the model may be released. */
  readonly passed: boolean;
  /** On the same validation cases, all items ranked. */
  readonly ndcg10: number;
  readonly transitionsNdcg10: number;
  readonly cases: number;
  /** For people. */
  readonly reason: string;
}

const k = 10;
const mostCases = 2000;

/**
 * The rule for every neural model of sequences: it has to beat the table of transition counts, a fit of seconds, on validation cases that neither of them
 * saw, or it is not released. Fits the model once more, on what the validation leaves. A tie does not pass, nor does a log without cases.
 */
export async function gateByTransitions<Settings extends object>(
  model: CandidateModel<Settings>,
  settings: Settings,
  log: Interactions,
  context: FitContext,
): Promise<GateResult> {
  const shape = shapeOf(log);
  const held = innerValidation(log, { ordered: shape.ordered, most: mostCases, seed: context.seed });
  const cases = held.cases.length;
  if (!shape.ordered || cases === 0)
    return { passed: false, ndcg10: 0, transitionsNdcg10: 0, cases, reason: `${model.name}: no sequence to compare on` };
  const table = await transitionModel.fit(held.fit, transitionModel.defaults(shapeOf(held.fit)), context);
  return gateFitted({ name: model.name, model: await model.fit(held.fit, settings, context), table }, held, log.items);
}

/** The same rule for a model and a table of transition counts that were fitted already, on cases that neither saw. */
export function gateFitted(
  { name, model, table }: { readonly name: string; readonly model: FittedModel; readonly table: FittedModel },
  held: Cases,
  items: number,
): GateResult {
  const cases = held.cases.length;
  const transitionsNdcg10 = ndcg10Of(table, held, items);
  const ndcg10 = ndcg10Of(model, held, items);
  return { ...verdict(name, ndcg10, transitionsNdcg10, cases), ndcg10, transitionsNdcg10, cases };
}

/** A tie does not pass, nor do no cases. */
export function verdict(
  name: string,
  ndcg10: number,
  transitionsNdcg10: number,
  cases: number,
): Pick<GateResult, 'passed' | 'reason'> {
  const passed = ndcg10 > transitionsNdcg10;
  const figures = `NDCG@10 ${ndcg10.toFixed(4)} against ${transitionsNdcg10.toFixed(4)} of transition counts on ${cases} cases`;
  return { passed, reason: `${name} ${passed ? 'may' : 'may not'} be released: ${figures}` };
}

type Cases = Pick<InnerValidation, 'cases' | 'hideHistory'>;

function ndcg10Of(model: FittedModel, { cases, hideHistory }: Cases, items: number): number {
  let sum = 0;
  rankCases(model, { cases, items, k, hideHistory }, (_, ranked) => {
    sum += ndcgAt(ranked, k);
  });
  return cases.length > 0 ? sum / cases.length : 0;
}
