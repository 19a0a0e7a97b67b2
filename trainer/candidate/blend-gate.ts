import type { Skipped, Source } from './blend-sources.ts';
import type { FitContext, FittedModel } from './model.ts';
import { gateFitted } from './sequence-net/gate.ts';
import { shapeOf } from './shape.ts';
import { transitionModel } from './transitions.ts';
import type { InnerValidation } from './validation.ts';

export interface FittedSource {
  readonly source: Source;
  readonly model: FittedModel;
}

/** Sources without the neural models of sequences that do not beat transition counts on the validation part: a part of a release is held to the same rule. */
export async function gated(
  sources: readonly FittedSource[],
  held: InnerValidation,
  context: FitContext,
): Promise<{ readonly passed: readonly FittedSource[]; readonly skipped: readonly Skipped[] }> {
  const neural = sources.filter(({ source }) => source.model.name === 'sequence-net');
  if (neural.length === 0) return { passed: sources, skipped: [] };
  const table =
    sources.find(({ source }) => source.name === transitionModel.name)?.model ??
    (await transitionModel.fit(held.fit, transitionModel.defaults(shapeOf(held.fit)), context));
  const refused = neural.flatMap((one) => {
    const { passed, reason } = gateFitted({ name: one.source.name, model: one.model, table }, held, held.fit.items);
    return passed ? [] : [{ one, reason }];
  });
  return {
    passed: sources.filter((own) => !refused.some(({ one }) => one === own)),
    skipped: refused.map(({ one, reason }) => ({ name: one.source.name, reason })),
  };
}
