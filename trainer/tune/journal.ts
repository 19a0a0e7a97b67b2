import { existsSync } from 'node:fs';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import { printableSettings, readSettings, type SettingsFile } from '../candidate/settings.ts';
import { Failure } from '../failure.ts';
import { writeAtomically } from '../log/atomic.ts';

/** One trial as it is written down. `value` is null where the fit refused the settings, and `problem` says why. */
export interface TrialRecord {
  readonly share: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly value: number | null;
  readonly seconds: number;
  readonly problem?: string;
}

/** What a search was about; a search is gone on with only where this is the same. */
export interface SearchHeader {
  readonly objective: string;
  readonly seed: number;
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly cases: number;
}

interface TunedFile extends SettingsFile {
  readonly searches?: Readonly<Record<string, SearchHeader & { readonly trials: readonly TrialRecord[] }>>;
}

/** A settings file that holds the trials as well, so that a search that was stopped goes on where it was. */
export interface Journal {
  find(settings: object, share: number): TrialRecord | undefined;
  /** Written before the call returns. */
  add(trial: TrialRecord): Promise<void>;
  /** Puts the best settings where `--settings` finds them. */
  finish(best: object): Promise<void>;
  readonly trials: readonly TrialRecord[];
}

/**
 * @param file none: nothing is written, nothing is gone on with. Searches of other models in it stay.
 * @throws Failure `bad-input` when the file has a search of this model on other data.
 */
export async function openJournal(file: string | undefined, model: string, header: SearchHeader): Promise<Journal> {
  const before: TunedFile = file && existsSync(file) ? ((await readSettings(file)) as TunedFile) : { version: 1, models: {} };
  const found = before.searches?.[model];
  if (found && canonicalJson(headerOf(found)) !== canonicalJson(header)) {
    const hint = `Name another file with --out, or take "${model}" out of its "searches".`;
    throw new Failure('bad-input', `${file} has a search of ${model} on other data or with another seed`, hint);
  }
  const trials = [...(found?.trials ?? [])];
  const keyOf = (settings: object, share: number) => canonicalJson({ settings: printableSettings(settings), share });
  const known = new Map(trials.map((trial) => [keyOf(trial.settings, trial.share), trial]));
  let { models } = before;
  const write = async () => {
    if (file === undefined) return;
    const searches = { ...before.searches, [model]: { ...header, trials } };
    const printable = Object.entries(models).map(([name, settings]) => [name, printableSettings(settings)] as const);
    const content = { version: 1, models: Object.fromEntries(printable), searches };
    await writeAtomically(file, `${JSON.stringify(content, null, 1)}\n`);
  };
  return {
    trials,
    find: (settings, share) => known.get(keyOf(settings, share)),
    async add(trial) {
      const record = { ...trial, settings: printableSettings(trial.settings) };
      trials.push(record);
      known.set(keyOf(record.settings, record.share), record);
      await write();
    },
    async finish(best) {
      models = { ...models, [model]: printableSettings(best) };
      await write();
    },
  };
}

const headerOf = ({ objective, seed, users, items, interactions, cases }: SearchHeader): SearchHeader => ({
  objective,
  seed,
  users,
  items,
  interactions,
  cases,
});
