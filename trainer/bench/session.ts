import type { Command } from 'commander';
import { declareRun, type RunOptions } from './protocol/options.ts';
import { runProtocol } from './protocol/run.ts';
import { readSessions } from './protocol/session.ts';

interface Options extends RunOptions {
  readonly train: string;
  readonly test: string;
}

export const declare = (command: Command): Command =>
  declareRun(
    command
      .requiredOption('--train <file>', 'SessionId, ItemId, Time, tabs between')
      .requiredOption('--test <file>', 'of the same layout'),
  );

/** Next click of every prefix of the test sessions: HR@20, MRR@20. */
export async function* run(options: Options): AsyncGenerator<object> {
  yield* runProtocol('session', await readSessions(options), options);
}
