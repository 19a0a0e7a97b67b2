import { readFile } from 'node:fs/promises';
import { Failure } from '../failure.ts';

/** Settings of models by name, beside whatever else is known of where they come from: what `vitrine tune` writes and `--settings` reads. */
export interface SettingsFile {
  readonly version: 1;
  readonly models: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Settings of a model: its defaults, then what was given, the last first.
 * @throws Failure `usage` for a name that the model does not have.
 */
export function settingsOver(model: string, defaults: object, ...given: readonly Readonly<Record<string, unknown>>[]): object {
  const named = Object.assign({}, ...given) as Record<string, unknown>;
  const unknown = Object.keys(named).filter((name) => !Object.hasOwn(defaults, name));
  if (unknown.length > 0)
    throw new Failure(
      'usage',
      `${model} has no setting ${unknown.join(', ')}`,
      `It has ${Object.keys(defaults).join(', ') || 'none'}.`,
    );
  return { ...defaults, ...named };
}

/** Models throw a RangeError that begins with their name for settings out of range: the caller's to put right. */
export const refusedSettings = (model: string, error: unknown): unknown =>
  error instanceof RangeError && error.message.startsWith(`${model}:`) ? new Failure('usage', error.message) : error;

/** @throws Failure `bad-input` for a file that is none of settings. */
export async function readSettings(file: string): Promise<SettingsFile> {
  const text = await readFile(file, 'utf8');
  const fault = new Failure(
    'bad-input',
    `${file} holds no settings`,
    'Expected {"version":1,"models":{"name":{"setting":value}}}, as `vitrine tune --out` writes it.',
  );
  let content: Partial<SettingsFile>;
  try {
    content = JSON.parse(text) as Partial<SettingsFile>;
  } catch {
    throw fault;
  }
  if (content.version !== 1 || typeof content.models !== 'object') throw fault;
  const models = Object.entries(content.models).map(([model, settings]) => [model, mapValues(settings, fromJson)] as const);
  return { ...(content as SettingsFile), models: Object.fromEntries(models) };
}

/** JSON has no infinities: they are written by name. */
export const printableSettings = (settings: object): Record<string, unknown> =>
  mapValues(settings as Readonly<Record<string, unknown>>, (value) => (value === Number.POSITIVE_INFINITY ? 'Infinity' : value));

const fromJson = (value: unknown): unknown => (value === 'Infinity' ? Number.POSITIVE_INFINITY : value);

/** The same names with other values. */
export const mapValues = <Value, Made>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Made,
): Record<string, Made> => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
