import type { Command } from 'commander';
import { whole } from '../command/number.ts';
import { rootMeanSquare } from '../evaluate/accuracy.ts';
import { defaultRatingSettings, predictRatings } from '../rating/predict.ts';
import { declareRun, type RunOptions } from './protocol/options.ts';
import { type RatingsProtocol, readRatings } from './protocol/ratings.ts';
import { runProtocol } from './protocol/run.ts';

interface Options extends RunOptions {
  readonly train: string;
  readonly test: string;
  readonly rank: number;
  readonly sweeps: number;
}

export const declare = (command: Command): Command =>
  declareRun(
    command
      .requiredOption('--train <file>', 'user item rating [time], the columns of u.data')
      .requiredOption('--test <file>', 'of the same layout')
      .option('--rank <number>', 'factors of the rating model', whole(0), defaultRatingSettings.rank)
      .option('--sweeps <number>', 'sweeps of the rating model', whole(1), defaultRatingSettings.sweeps),
  );

/** RMSE of the rating model, and of candidate models MAP, NDCG@10, precision@10 and recall@10. */
export async function* run(options: Options): AsyncGenerator<object> {
  const protocol = await readRatings(options);
  yield* runProtocol('ratings', protocol, options, rate(protocol, options));
}

function rate({ train, held }: RatingsProtocol, { rank, sweeps, seed }: Options): object {
  const start = performance.now();
  const settings = { rank, sweeps, burnIn: Math.min(defaultRatingSettings.burnIn, sweeps >> 1) };
  const predicted = predictRatings(train, held, settings, seed);
  const rmse = rootMeanSquare(predicted, held.value ?? []);
  return { rmse, ratingModel: { name: 'bayesian-factors', seconds: (performance.now() - start) / 1000, ...settings } };
}
