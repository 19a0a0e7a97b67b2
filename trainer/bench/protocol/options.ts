import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { readSettings, settingsOver } from '../../candidate/settings.ts';
import { whole } from '../../command/number.ts';

/** Options that every protocol takes beside its files. */
export interface RunOptions {
  readonly model: string;
  readonly threads: number;
  readonly seed: number;
  /** name=value, over the model's defaults. */
  readonly set: Readonly<Record<string, unknown>>;
  /** What `vitrine tune` wrote. */
  readonly settings?: string;
  readonly memory: number;
  /** Seconds. */
  readonly budget: number;
}

/** More threads than this have never been tried. */
const mostThreads = 8;
/** Of one thread: with two the longest run of a protocol takes some ten minutes a model. */
const defaultBudgetSeconds = 900;

export function declareRun(command: Command): Command {
  return command
    .option('--model <name>', 'a candidate model, or "all": one line for each', 'all')
    .option('--threads <number>', 'worker threads that a model may use', whole(1), Math.min(mostThreads, availableParallelism()))
    .option('--seed <number>', 'seed of everything random', whole(0), 1)
    .option('--set <name=value>', 'a setting instead of the default of the model; may be repeated', collect, {})
    .option('--settings <file>', 'settings by model, as `vitrine tune` writes them')
    .option('--memory <GB>', 'with --model all: models that would need more are skipped', positive, 12)
    .option(
      '--budget <seconds>',
      'what a fit may take on one thread by its own estimate: models of epochs make fewer, the blend takes fewer sources, others are skipped with --model all',
      positive,
      defaultBudgetSeconds,
    );
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

export function collect(text: string, before: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected name=value.');
  return { ...before, [text.slice(0, at)]: literal(text.slice(at + 1)) };
}

function literal(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** Settings of a model: its defaults, then those of the file, then those of the command line. @throws Failure `usage`, `bad-input`. */
export async function settingsOf(
  model: string,
  defaults: object,
  options: Pick<RunOptions, 'set' | 'settings'>,
): Promise<object> {
  const file = options.settings === undefined ? undefined : await readSettings(options.settings);
  return settingsOver(model, defaults, file?.models[model] ?? {}, options.set);
}
