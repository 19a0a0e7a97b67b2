import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import { manifestId } from '../../shared/release/manifest.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { loadConfig } from '../config.ts';
import { evaluateRelease } from '../evaluate/evaluate.ts';
import { onnxEngine } from '../evaluate/onnx.ts';
import { describeReport } from '../evaluate/table.ts';
import { Failure } from '../failure.ts';
import { openDataset } from '../log/dataset.ts';
import { createProgress } from '../progress.ts';
import { buildRelease } from '../release/build.ts';
import { readRelease } from '../release/read.ts';
import { evaluationFile } from '../release/write.ts';
import { writeHtml } from '../report/write.ts';
import { printResult } from '../result.ts';
import { readTruth } from '../simulate/read-truth.ts';
import { whole } from './number.ts';

interface Options {
  data: string;
  release?: string;
  config?: string;
  k: number;
  html?: string;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('evaluate')
    .description('Say how good a release is on what came after its training, beside simpler systems.')
    .requiredOption('--data <dir>', 'the data set that the release was trained on')
    .option(
      '--release <dir>',
      'release directory; its figures are written beside it as evaluation.json. Default: train one, keep nothing',
    )
    .option('--config <file>', 'the configuration that the release was trained with (default: vitrine.config.ts)')
    .option('--k <number>', 'length of the slates that are judged', whole(1), 10)
    .option('--html <file>', 'write the figures as a page with charts that opens offline')
    .option('--json', 'print the figures as JSON')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const progress = createProgress();
  const { dataset, kernels } = await progress.step('Open the data set', async () => ({
    dataset: await openDataset(options.data),
    kernels: await loadKernels(),
  }));
  const truth = await readTruth(options.data, dataset);
  if (options.release === undefined) {
    const config = await loadConfig(options.config);
    const { report, warnings } = await buildRelease({
      dataset,
      config,
      kernels,
      progress,
      reference: onnxEngine,
      refit: false,
      k: options.k,
      ...(truth && { truth }),
    });
    await writeHtml(options.html, report, { data: dataset.info.name, warnings });
    return printResult(options.json, report, describeReport(report));
  }
  const release = await readRelease(options.release);
  const { manifest } = release;
  if (manifest.data.sha256 !== dataset.info.sha256) {
    throw new Failure(
      'bad-input',
      `${options.release} was trained on other data than ${options.data}`,
      'Their items have other ordinals.',
    );
  }
  const config = await loadConfig(options.config, { seed: manifest.seed });
  if (manifest.configSha256 !== config.sha256) {
    process.stderr.write('warning: the release was trained with another configuration; its figures may differ\n');
  }
  const report = await progress.step('Evaluate on what came after', () =>
    evaluateRelease({ dataset, release, config, kernels, k: options.k, ...(truth && { truth }) }),
  );
  await writeFile(join(options.release, evaluationFile), canonicalJson(report));
  await writeHtml(options.html, report, { data: dataset.info.name, release: manifestId(manifest) });
  const lines = [`Release ${manifestId(manifest)}`, '', ...describeReport(report)];
  printResult(options.json, { release: manifestId(manifest), ...report }, lines);
}
