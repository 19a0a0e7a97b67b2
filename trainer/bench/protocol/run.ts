import { loadModel, modelNames } from '../../candidate/models.ts';
import { printableSettings, refusedSettings } from '../../candidate/settings.ts';
import { shapeOf } from '../../candidate/shape.ts';
import { countModel, randomModel } from '../../evaluate/baseline.ts';
import { figuresOf, measure } from '../../evaluate/measure.ts';
import type { Task } from '../../evaluate/task.ts';
import { Failure, failureCodes } from '../../failure.ts';
import { overBudget, withinBudget } from './budget.ts';
import { type RunOptions, settingsOf } from './options.ts';
import { openProgress } from './progress.ts';
import type { Protocol } from './protocol.ts';

/** A blend is of the others: it comes after them. */
const lastModel: string = 'blend';

/**
 * Fits and asks the models that were named, one answer for each, the blend last. With `all`, a model that cannot learn from such data, or would need
 * more memory than is allowed, is answered with the reason in `skipped`, one that fails with it in `failed`.
 * @param more figures that are the same for every model of the run.
 */
export async function* runProtocol(
  bench: string,
  protocol: Protocol,
  options: RunOptions,
  more: object = {},
): AsyncGenerator<object> {
  const { test, notes } = protocol;
  if (test.cases.length === 0) throw new Failure('no-data', 'the test part asks nothing that could be answered');
  const shape = shapeOf(test.fit);
  const { users, interactions } = shape;
  const attributes = test.catalogue ? { items: test.catalogue } : {};
  const data = { users, items: test.items, interactions, cases: test.cases.length, ...notes };
  const beside = besideOf(test, options.seed);
  for (const name of namesOf(options.model)) {
    const model = await loadModel(name);
    const settings = await settingsOf(name, withinBudget(model, shape, options.budget), options);
    const refusal = model.refusal(shape, attributes);
    const skipped = options.model === 'all' ? (refusal ?? overBudget(model, shape, settings, options)) : refusal;
    if (skipped !== undefined && options.model !== 'all')
      throw new Failure('no-data', `${name} cannot learn from this data: ${skipped}`);
    if (skipped !== undefined) {
      yield { bench, model: name, skipped };
      continue;
    }
    const { seed, threads } = options;
    const run = { settings: printableSettings(settings), threads, seed };
    const progress = openProgress(`${bench} ${name}`);
    try {
      const measured = await measure(model, test, {
        settings,
        seed,
        threads,
        warn: (text) => warn(name, text),
        progress: progress.fitting,
        asking: progress.asking,
      });
      const { figures, ...spent } = measured;
      yield { bench, model: name, ...figures, ...more, ...spent, ...run, ...data, beside };
    } catch (error) {
      if (options.model !== 'all') throw refusedSettings(name, error);
      // The others have something to say still; the exit code tells of it.
      const failed = error instanceof Error ? error.message : String(error);
      warn(name, failed);
      process.exitCode = failureCodes.failed;
      yield { bench, model: name, failed };
    } finally {
      progress.close();
    }
  }
}

function namesOf(asked: string): string[] {
  if (asked === 'all')
    return [...(modelNames as readonly string[])].sort((a, b) => Number(a === lastModel) - Number(b === lastModel));
  if (!(modelNames as readonly string[]).includes(asked))
    throw new Failure('usage', `No candidate model "${asked}".`, `There are ${modelNames.join(', ')}, and "all".`);
  return [asked];
}

/** Random order and number of interactions, asked the same. */
const besideOf = (test: Task, seed: number): object => ({
  random: figuresOf(randomModel(test.items, seed), test),
  popularity: figuresOf(countModel(test.fit), test),
});

/** Models begin what they say with their name, errors of the engine do not. */
const warn = (model: string, text: string) =>
  process.stderr.write(`warning: ${text.startsWith(`${model}:`) ? '' : `${model}: `}${text}\n`);
