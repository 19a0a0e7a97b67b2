import { type Command, InvalidArgumentError } from 'commander';
import { loadKernels } from '../adapter/kernel.ts';
import { loadConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import { openDataset } from '../log/dataset.ts';
import { createProgress } from '../progress.ts';
import { readRelease } from '../release/read.ts';
import { formatCount, printResult } from '../result.ts';
import { measureSkew, type SkewReport } from '../skew/skew.ts';

interface Options {
  readonly data: string;
  readonly release: string;
  readonly dataset?: string;
  readonly config?: string;
  readonly tolerance: number;
  readonly json?: boolean;
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('Expected a number from 0 on.');
  return value;
}

export function register(program: Command): void {
  program
    .command('skew')
    .description('Compare the feature values that the edge served and logged with values computed again; fail above a tolerance.')
    .requiredOption('--data <dir>', 'log, as `vitrine pull` brings it')
    .requiredOption('--release <dir>', 'release whose slates are compared')
    .option('--dataset <dir>', 'data set that the release was made of: aggregates of items are computed again too')
    .option('--config <file>', 'compute by the definitions of this configuration, not by those of the release')
    .option('--tolerance <number>', 'greatest difference that counts as equal', positive, 1e-5)
    .option('--json', 'print the report as JSON')
    .action(run);
}

async function run({ data, release, dataset, config, tolerance, json }: Options): Promise<void> {
  const report = await createProgress().step('Compare', async () =>
    measureSkew({
      log: data,
      release: await readRelease(release),
      kernels: await loadKernels(),
      tolerance,
      definitions: config === undefined ? undefined : (await loadConfig(config)).featureSet,
      dataset: dataset === undefined ? undefined : await openDataset(dataset),
    }),
  );
  if (report.slates === 0)
    throw new Failure('no-data', `${data} holds no slate of the release ${report.release.slice(0, 12)} to compare.`);
  printResult(json, report, describe(report));
  if (report.skewed.length > 0) process.exitCode = 1;
}

function describe({ release, tolerance, slates, items, skipped, features, skewed }: SkewReport): string[] {
  const rows = features.map(({ name, placement, count, maxDifference, missingMismatch, unread, unchecked, over }) => [
    name,
    placement,
    unchecked === undefined ? formatCount(count) : '-',
    unchecked === undefined ? maxDifference.toExponential(1) : '-',
    unchecked === undefined ? formatCount(missingMismatch) : '-',
    unchecked ??
      `${over > 0 ? `SKEW: ${formatCount(over)} values` : 'equal'}${unread > 0 ? `, ${formatCount(unread)} not read` : ''}`,
  ]);
  const header = ['feature', 'placement', 'values', 'max difference', 'missing mismatch', ''];
  const widths = header.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]?.length ?? 0)));
  const left = new Set([0, 1, 5]);
  const line = (row: readonly string[]) =>
    row
      .map((cell, c) => (left.has(c) ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)))
      .join('  ')
      .trimEnd();
  const { otherRelease, withoutValues, withoutContext } = skipped;
  return [
    `Release ${release.slice(0, 12)}: ${formatCount(slates)} slates, ${formatCount(items)} items`,
    `skipped: ${formatCount(otherRelease)} slates of other releases, ${formatCount(withoutValues)} without values, ${formatCount(withoutContext)} without context`,
    '',
    line(header),
    ...rows.map(line),
    '',
    skewed.length === 0 ? `No difference above ${tolerance}.` : `Above ${tolerance}: ${skewed.join(', ')}`,
  ];
}
