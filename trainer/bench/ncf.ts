import type { Command } from 'commander';
import { readNcf } from './protocol/ncf.ts';
import { declareRun, type RunOptions } from './protocol/options.ts';
import { runProtocol } from './protocol/run.ts';

interface Options extends RunOptions {
  readonly train: string;
  readonly test: string;
  readonly negatives: string;
}

export const declare = (command: Command): Command =>
  declareRun(
    command
      .requiredOption('--train <file>', 'user item [rating] [time]')
      .requiredOption('--test <file>', 'one held-out line per user')
      .requiredOption('--negatives <file>', '(user,item), then the items that it is ranked among'),
  );

/** Leave-one-out with given negatives: HR@10, NDCG@10, and the same among all items. */
export async function* run(options: Options): AsyncGenerator<object> {
  yield* runProtocol('ncf', await readNcf(options), options);
}
