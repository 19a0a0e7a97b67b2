import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import type { TrainingConfig } from '../../shared/contract/config.ts';
import { manifestId } from '../../shared/release/manifest.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { describeChoice } from '../candidate/generators.ts';
import { readSettings } from '../candidate/settings.ts';
import { checkModelSettings } from '../candidate/trained.ts';
import { loadConfig } from '../config.ts';
import { onnxEngine } from '../evaluate/onnx.ts';
import { describeReport } from '../evaluate/table.ts';
import { describeRanker } from '../fit/choose.ts';
import { openDataset } from '../log/dataset.ts';
import { replaceDirectory } from '../log/replace.ts';
import { createProgress } from '../progress.ts';
import { buildRelease } from '../release/build.ts';
import { describeCalibrated } from '../release/calibrate.ts';
import { evaluationFile, manifestFile, writeRelease } from '../release/write.ts';
import { writeHtml } from '../report/write.ts';
import { formatCount, printResult } from '../result.ts';
import { readTruth } from '../simulate/read-truth.ts';
import { whole } from './number.ts';

interface Options {
  data: string;
  out: string;
  config?: string;
  seed?: number;
  budget?: number;
  settings?: string;
  k: number;
  refit?: boolean;
  html?: string;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('train')
    .description('Train and evaluate a release on a data set and write it to a directory.')
    .requiredOption('--data <dir>', 'data set')
    .requiredOption('--out <dir>', 'release directory to make; an existing release is replaced')
    .option('--config <file>', 'configuration (default: vitrine.config.ts)')
    .option('--seed <number>', 'instead of the seed of the configuration', whole(0))
    .option('--budget <seconds>', 'time for choosing candidate models, instead of that of the configuration', whole(1))
    .option('--settings <file>', 'settings of candidate models, as `vitrine tune --out` writes them')
    .option('--k <number>', 'length of the slates that are judged', whole(1), 10)
    .option(
      '--refit',
      'after the evaluation fit the candidate models once more, on all events; such a release cannot be evaluated again',
    )
    .option('--html <file>', 'write the figures as a page with charts that opens offline')
    .option('--json', 'print the release and its figures as JSON')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const progress = createProgress();
  const file = options.settings === undefined ? undefined : await readSettings(options.settings);
  await checkModelSettings(file?.models);
  const config = await loadConfig(options.config, {
    ...(file && { models: file.models as NonNullable<TrainingConfig['models']> }),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.budget !== undefined && { budgetSeconds: options.budget }),
  });
  const built = await replaceDirectory(options.out, manifestFile, async (directory) => {
    const { dataset, kernels } = await progress.step('Open the data set', async () => ({
      dataset: await openDataset(options.data),
      kernels: await loadKernels(),
    }));
    const truth = await readTruth(options.data, dataset);
    const built = await buildRelease({
      dataset,
      config,
      kernels,
      progress,
      reference: onnxEngine,
      refit: options.refit === true,
      k: options.k,
      ...(truth && { truth }),
    });
    await writeRelease(directory, built);
    await writeFile(join(directory, evaluationFile), canonicalJson(built.report));
    return { ...built, data: dataset.info.name };
  });
  const release = manifestId(built.manifest);
  await writeHtml(options.html, built.report, { data: built.data, release, warnings: built.warnings });
  for (const warning of built.warnings) process.stderr.write(`warning: ${warning}\n`);
  const stages = Object.entries(built.seconds).map(([stage, seconds]) => `${stage} ${seconds.toFixed(1)} s`);
  const index =
    built.index &&
    `Vectors in ${built.index.lists} lists, ${built.index.probes} looked into: recall@100 ${built.index.recall.toFixed(3)}`;
  const own =
    built.private &&
    `Devices look into ${built.private.probes} of ${built.private.lists} lists: recall@100 ${built.private.recall.toFixed(3)}, ${formatCount(built.private.indexBytes + built.private.probeBytes)} bytes`;
  const lines = [
    `Release ${release}`,
    `in ${options.out} (${stages.join(', ')})`,
    ...(index ? [index] : []),
    ...(own ? [own] : []),
    ...describeChoice(built.choice),
    ...describeRanker('Light', built.rankers.light),
    ...describeRanker('Heavy', built.rankers.heavy),
    ...(built.calibrated ? describeCalibrated(built.calibrated) : []),
    '',
    ...describeReport(built.report),
  ];
  const { metrics, queries, users } = built.report;
  const { loggedLists, rows } = built.served;
  if (loggedLists > 0)
    lines.push(
      '',
      `Served values of the rankers' rows: ${formatCount(rows.logged)} as they were logged, ${formatCount(rows.mixed)} in part, ${formatCount(rows.recomputed)} computed again.`,
    );
  printResult(
    options.json,
    {
      release,
      out: options.out,
      queries,
      users,
      metrics,
      served: built.served,
      warnings: built.warnings,
      index: built.index ?? null,
      choice: built.manifest.choice ?? null,
      private: built.private ?? null,
      seconds: built.seconds,
    },
    lines,
  );
}
