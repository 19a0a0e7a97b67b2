import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { openDataset } from '../log/dataset.ts';
import { coldProtocol } from './protocol/cold.ts';
import { declareRun, type RunOptions } from './protocol/options.ts';
import { runProtocol } from './protocol/run.ts';

interface Options extends RunOptions {
  readonly data: string;
  readonly config: string;
}

export const declare = (command: Command): Command =>
  declareRun(
    command
      .requiredOption('--data <dir>', 'data set made by `vitrine import` or `vitrine simulate`')
      .option('--config <file>', 'which events are positive', 'vitrine.config.ts'),
  );

/** Items that hardly anybody has met: Recall@20, NDCG@20 among them and among all. */
export async function* run(options: Options): AsyncGenerator<object> {
  const { positives } = await loadConfig(options.config, { seed: options.seed });
  yield* runProtocol('cold', coldProtocol(await openDataset(options.data), positives, options.seed), options);
}
