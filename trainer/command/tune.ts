import { type Command, Option } from 'commander';
import { protocolNames, readValidation } from '../bench/protocol/validation.ts';
import { loadModel, modelNames } from '../candidate/models.ts';
import { shapeOf } from '../candidate/shape.ts';
import { loadConfig } from '../config.ts';
import type { Validation } from '../evaluate/task.ts';
import { Failure } from '../failure.ts';
import { openDataset } from '../log/dataset.ts';
import { createProgress } from '../progress.ts';
import { printResult } from '../result.ts';
import type { TrialRecord } from '../tune/journal.ts';
import { type Tuned, tune } from '../tune/tune.ts';
import { datasetValidation, type Split, splits } from '../tune/validation.ts';
import { whole } from './number.ts';

interface Options {
  model: string;
  data?: string;
  protocol?: (typeof protocolNames)[number];
  train?: string;
  split: Split;
  config?: string;
  minutes: number;
  trials: number;
  out?: string;
  seed: number;
  threads: number;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('tune')
    .description('Search the settings of a candidate model on a validation part; the test part is never looked at.')
    .addOption(new Option('--model <name>', 'candidate model').choices(modelNames).makeOptionMandatory())
    .option('--data <path>', 'data set; with --protocol sequence its file')
    .addOption(
      new Option('--protocol <name>', 'instead of a data set, files of a protocol of `vitrine bench`').choices(protocolNames),
    )
    .option('--train <file>', 'training file of the protocol')
    .addOption(new Option('--split <name>', 'what is held out of a data set').choices(splits).default('future'))
    .option('--config <file>', 'configuration of the data set (default: vitrine.config.ts)')
    .option('--minutes <number>', 'time to search; a fit that has begun is finished', Number, 5)
    .option('--trials <number>', 'settings to begin with, the defaults among them', whole(1), 27)
    .option('--out <file>', 'keep trials and best settings here, for --settings; a search that was stopped goes on')
    .option('--seed <number>', 'seed of everything random', whole(0), 1)
    .option('--threads <number>', 'worker threads that a fit may use', whole(1), 1)
    .option('--json', 'print the best settings and all trials as JSON')
    .action(run);
}

async function run(options: Options): Promise<void> {
  if (!(options.minutes > 0)) throw new Failure('usage', `--minutes ${options.minutes}: a number above 0 was expected`);
  const progress = createProgress();
  const validation = await progress.step('Hold a validation part out', () => validationOf(options));
  const model = await loadModel(options.model);
  const tuned = await progress.step(`Search settings of ${options.model}`, (say) =>
    tune({
      model,
      validation,
      start: model.defaults(shapeOf(validation.task.fit)),
      budgetSeconds: 60 * options.minutes,
      trials: options.trials,
      seed: options.seed,
      threads: options.threads,
      ...(options.out && { file: options.out }),
      nowMs: () => performance.now(),
      say,
      warn: (text) => process.stderr.write(`warning: ${text}\n`),
    }),
  );
  printResult(options.json, { model: options.model, ...tuned }, describe(options.model, tuned, options.out));
}

async function validationOf({ protocol, data, train, config, split, seed }: Options): Promise<Validation> {
  if (protocol !== undefined) return readValidation(protocol, { ...(data && { data }), ...(train && { train }) }, seed);
  if (data === undefined)
    throw new Failure('usage', 'There is nothing to search on.', 'Name a data set with --data, or a --protocol with its files.');
  return datasetValidation(await openDataset(data), await loadConfig(config, seed === undefined ? {} : { seed }), split);
}

const shownTrials = 15;

function describe(model: string, { objective, best, value, startValue, trials }: Tuned, out: string | undefined): string[] {
  const names = Object.keys(best);
  const row = ({ value, share, seconds, settings }: TrialRecord) => [
    value?.toFixed(4) ?? 'refused',
    `${Math.round(100 * share)} %`,
    `${seconds.toFixed(1)} s`,
    ...names.map((name) => String(settings[name])),
  ];
  const ordered = trials.toSorted((a, b) => b.share - a.share || (b.value ?? 0) - (a.value ?? 0)).slice(0, shownTrials);
  const table = [[objective.toUpperCase(), 'USERS', 'TOOK', ...names], ...ordered.map(row)];
  const widths = (table[0] ?? []).map((_, c) => Math.max(...table.map((cells) => (cells[c] ?? '').length)));
  return [
    `${model}: ${objective} ${value.toFixed(4)} on the validation part${startValue === undefined ? '' : `, the defaults ${startValue.toFixed(4)}`}; ${trials.length} trials.`,
    '',
    ...table.map((cells) =>
      cells
        .map((cell, c) => cell.padEnd(widths[c] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    `Best: ${names.map((name) => `--set ${name}=${best[name]}`).join(' ')}`,
    ...(out === undefined ? [] : [`Kept in ${out}: --settings ${out}`]),
  ];
}
