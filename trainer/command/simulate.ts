import { type Command, InvalidArgumentError } from 'commander';
import { createProgress } from '../progress.ts';
import { formatCount, formatTime, printResult } from '../result.ts';
import { simulateDataset, simulateDefaults } from '../simulate/simulate.ts';

interface Options {
  out: string;
  seed: number;
  items: number;
  visitors: number;
  days: number;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('simulate')
    .description('Make a data set of a simulated shop, with the truth behind it beside it. The same options give the same bytes.')
    .requiredOption('--out <dir>', 'data set to make; an existing one is replaced')
    .option('--seed <n>', 'seed of everything random', whole(0, Number.MAX_SAFE_INTEGER), simulateDefaults.seed)
    .option('--items <n>', 'items in the catalogue', whole(50, 200_000), simulateDefaults.items)
    .option('--visitors <n>', 'visitors', whole(1, 1_000_000), simulateDefaults.visitors)
    .option('--days <n>', 'days of the log', whole(1, 730), simulateDefaults.days)
    .option('--json', 'print the counts as JSON')
    .action(run);
}

async function run({ json, ...options }: Options): Promise<void> {
  const startedMs = performance.now();
  const info = await simulateDataset({ ...options, progress: createProgress() });
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  printResult(json, { ...info, out: options.out, seconds }, [
    `${options.out}: ${formatCount(info.items)} items, ${formatCount(info.events)} events in ${seconds.toFixed(1)} s`,
    `from ${formatTime(info.fromMs)} through ${formatTime(info.throughMs)} UTC; the truth is in truth.json and truth-*.parquet`,
  ]);
}

const whole = (low: number, high: number) => (text: string) => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= low && number <= high) return number;
  throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`);
};
