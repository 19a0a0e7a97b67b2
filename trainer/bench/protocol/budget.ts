import type { CandidateModel, Shape } from '../../candidate/model.ts';

/** A model that makes a round more or less well in each of its epochs is not worth fewer than this. */
const leastEpochs = 2;

/**
 * Defaults of a model that keep to a budget by the model's own estimate on one thread: fewer `epochs`, a blend of what fits into it. Estimates, not
 * clocks: the same data and budget give the same figures anywhere.
 */
export function withinBudget(model: CandidateModel, shape: Shape, budgetSeconds: number): object {
  const defaults = model.defaults(shape) as { readonly epochs?: unknown; readonly budgetSeconds?: unknown };
  if (typeof defaults.budgetSeconds === 'number') return { ...defaults, budgetSeconds };
  const { epochs } = defaults;
  if (typeof epochs !== 'number') return defaults;
  const { seconds } = model.cost(shape, defaults);
  return seconds > budgetSeconds
    ? { ...defaults, epochs: Math.max(leastEpochs, Math.floor((epochs * budgetSeconds) / seconds)) }
    : defaults;
}

/** Why a model is left out of a run of all models; undefined: it is not. */
export function overBudget(
  model: CandidateModel,
  shape: Shape,
  settings: object,
  { budget, memory }: { readonly budget: number; readonly memory: number },
): string | undefined {
  const { seconds, bytes } = model.cost(shape, settings);
  if (bytes > memory * 1e9) return `needs some ${(bytes / 1e9).toFixed(1)} GB, more than --memory ${memory}`;
  // A blend keeps to the budget itself: its estimate has a part that does not depend on its sources.
  if (seconds > budget && !('budgetSeconds' in settings))
    return `would take some ${Math.ceil(seconds)} s on one thread, more than --budget ${budget}`;
  return undefined;
}
