import type { Command } from 'commander';
import { declareRun, type RunOptions } from './protocol/options.ts';
import { runProtocol } from './protocol/run.ts';
import { readTopN } from './protocol/topn.ts';

interface Options extends RunOptions {
  readonly train: string;
  readonly test: string;
}

export const declare = (command: Command): Command =>
  declareRun(command.requiredOption('--train <file>', 'user item item …').requiredOption('--test <file>', 'of the same layout'));

/** Top-N over the whole catalogue: Recall@20, NDCG@20. */
export async function* run(options: Options): AsyncGenerator<object> {
  yield* runProtocol('topn', await readTopN(options), options);
}
