import { type Command, Option } from 'commander';
import { declareRun, type RunOptions } from './protocol/options.ts';
import { runProtocol } from './protocol/run.ts';
import { layouts, readSequences, type SequenceFile } from './protocol/sequence.ts';

type Options = RunOptions & SequenceFile;

export const declare = (command: Command): Command =>
  declareRun(
    command
      .requiredOption('--data <file>', 'one user per line in time order, or lines of user item')
      .addOption(new Option('--layout <name>', 'instead of the layout that the file seems to have').choices(layouts))
      .option('--keep-seen', 'items of the history may be recommended again'),
  );

/** Leave-last-out over sequences, the whole catalogue ranked: HR@10, NDCG@10. */
export async function* run(options: Options): AsyncGenerator<object> {
  yield* runProtocol('sequence', await readSequences(options), options);
}
