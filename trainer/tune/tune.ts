import type { CandidateModel } from '../candidate/model.ts';
import { printableSettings } from '../candidate/settings.ts';
import { shapeOf } from '../candidate/shape.ts';
import { measure } from '../evaluate/measure.ts';
import type { Validation } from '../evaluate/task.ts';
import { Failure } from '../failure.ts';
import { createRandom } from '../random.ts';
import { drawSettings } from './draw.ts';
import { sharesFor, successiveHalving, type Trial } from './halving.ts';
import { openJournal, type TrialRecord } from './journal.ts';
import { partOf } from './part.ts';

export interface TuneInput {
  readonly model: CandidateModel;
  readonly validation: Validation;
  /** Settings to begin with and to beat. */
  readonly start: object;
  readonly budgetSeconds: number;
  /** Candidates at the first rung, the start among them. */
  readonly trials: number;
  readonly seed: number;
  readonly threads: number;
  /** Where trials and the best settings are kept. */
  readonly file?: string;
  /** Milliseconds of a clock that never goes back. */
  nowMs(): number;
  say(text: string): void;
  warn(text: string): void;
}

export interface Tuned {
  readonly objective: string;
  readonly best: Readonly<Record<string, unknown>>;
  readonly value: number;
  /** What the start had on all of the validation part. */
  readonly startValue: number | undefined;
  readonly trials: readonly TrialRecord[];
}

const eta = 3;
const leastUsers = 1000;
/** Draws that repeat one another end the search for more. */
const drawsPerTrial = 20;

/**
 * Searches the settings of a model within a validation part by successive halving over shares of its users. Reproducible but for where the
 * time ends it.
 * @throws Failure `no-data` when the model cannot learn from the part, or refuses every candidate.
 */
export async function tune(input: TuneInput): Promise<Tuned> {
  const { model, validation, start, seed } = input;
  const { task, objective } = validation;
  const shape = shapeOf(task.fit);
  const refusal = model.refusal(shape, { ...(task.catalogue && { items: task.catalogue }) });
  if (refusal !== undefined) throw new Failure('no-data', `${model.name} cannot learn from this data: ${refusal}`);
  if (task.cases.length === 0) throw new Failure('no-data', 'the validation part asks nothing');
  const { users, items, interactions } = shape;
  const header = { objective, seed, users, items, interactions, cases: task.cases.length };
  const journal = await openJournal(input.file, model.name, header);
  const beganMs = input.nowMs();
  let count = 0;
  const trials = await successiveHalving<object>({
    candidates: candidatesOf(input),
    shares: sharesFor(users, leastUsers, eta),
    eta,
    spent: () => (input.nowMs() - beganMs) / 1000 / input.budgetSeconds,
    async try(candidate, share) {
      const known = journal.find(candidate, share);
      const trial = known ?? (await tryOut(input, candidate, share));
      if (!known) await journal.add(trial);
      input.say(
        `trial ${++count}: ${objective} ${trial.value?.toFixed(4) ?? 'refused'} on ${Math.round(100 * share)} % of the users`,
      );
      return { candidate, share, value: trial.value ?? undefined };
    },
  });
  const best = trials[0] as Trial<object>;
  if (best.value === undefined) throw new Failure('no-data', `${model.name} refused all settings that were tried`);
  await journal.finish(best.candidate);
  return {
    objective,
    best: printableSettings(best.candidate),
    value: best.value,
    startValue: trials.find(({ candidate }) => candidate === start)?.value,
    trials: journal.trials,
  };
}

/** The start, then different draws from the model's space. */
function candidatesOf({ model, start, trials, seed }: TuneInput): object[] {
  const random = createRandom(seed, `tune/${model.name}`);
  const candidates = new Map([[JSON.stringify(printableSettings(start)), start]]);
  for (let draws = 1; candidates.size < trials && draws < drawsPerTrial * trials; draws++) {
    const drawn = drawSettings(model.space, start, random);
    const key = JSON.stringify(printableSettings(drawn));
    if (!candidates.has(key)) candidates.set(key, drawn);
  }
  return [...candidates.values()];
}

async function tryOut(input: TuneInput, settings: object, share: number): Promise<TrialRecord> {
  const { model, validation, seed, threads, warn } = input;
  const beganMs = input.nowMs();
  const seconds = () => Math.round(input.nowMs() - beganMs) / 1000;
  const record = { share, settings: printableSettings(settings) };
  try {
    const { figures } = await measure(model, partOf(validation.task, share, seed), { settings, seed, threads, warn });
    return { ...record, value: figures[validation.objective] ?? 0, seconds: seconds() };
  } catch (error) {
    // Models refuse settings that do not go together so.
    if (!(error instanceof RangeError)) throw error;
    return { ...record, value: null, seconds: seconds(), problem: error.message };
  }
}
