import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { whole } from '../../command/number.ts';
import { Failure } from '../../failure.ts';

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
}

export function declareRun(command: Command): Command {
  return command
    .option('--model <name>', 'a candidate model, or "all": one line for each', 'all')
    .option('--threads <number>', 'worker threads that a model may use', whole(1), 1)
    .option('--seed <number>', 'seed of everything random', whole(0), 1)
    .option('--set <name=value>', 'a setting instead of the default of the model; may be repeated', collect, {})
    .option('--settings <file>', 'settings by model, as `vitrine tune` writes them')
    .option('--memory <GB>', 'with --model all: models that would need more are skipped', Number, 12);
}

function collect(text: string, before: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected name=value.');
  return { ...before, [text.slice(0, at)]: literal(text.slice(at + 1)) };
}

function literal(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/**
 * Settings of a model: its defaults, then those of the file, then those of the command line.
 * @throws Failure `usage` for a name that the model does not have.
 */
export async function settingsOf(
  model: string,
  defaults: object,
  options: Pick<RunOptions, 'set' | 'settings'>,
): Promise<object> {
  const given = { ...(options.settings ? await readSettings(options.settings, model) : {}), ...options.set };
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(defaults, name));
  if (unknown.length > 0)
    throw new Failure(
      'usage',
      `${model} has no setting ${unknown.join(', ')}`,
      `It has ${Object.keys(defaults).join(', ') || 'none'}.`,
    );
  return { ...defaults, ...given };
}

/** `{"version":1,"models":{"ials":{"rank":64}}}`: no entry for a model leaves its defaults. */
async function readSettings(file: string, model: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, 'utf8');
  try {
    const { models } = JSON.parse(text) as { models: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
    const own = models[model] ?? {};
    return Object.fromEntries(
      Object.entries(own).map(([name, value]) => [name, typeof value === 'string' ? literal(value) : value]),
    );
  } catch {
    throw new Failure(
      'bad-input',
      `${file} holds no settings`,
      'Expected {"version":1,"models":{"name":{"setting":value}}}, as `vitrine tune --out` writes it.',
    );
  }
}
