import { fitTrees } from '../../fit/trees/boost.ts';
import type { TreeSettings } from '../../fit/trees/settings.ts';
import { type FittedTrees, scoreTrees } from '../../fit/trees/tree.ts';
import type { RankingFile } from './libsvm.ts';
import { ridgeWeightOn, scoreMix } from './mix.ts';
import { holdOut } from './queries.ts';
import { fitRidge, scoreRidge } from './ridge.ts';

/** LambdaMART, a ridge regression and the share that each has in the score. */
export interface LtrModel {
  readonly trees: FittedTrees;
  /** [columns]. */
  readonly ridge: Float64Array;
  /** 0: trees alone, 1: ridge alone. */
  readonly ridgeWeight: number;
  /** What decided the number of trees and the weight. */
  readonly chosenOn: 'validation file' | 'a fifth of the training queries' | 'nothing';
}

export interface LtrSettings {
  readonly trees: TreeSettings;
  /** Penalty per row. */
  readonly ridge: number;
  /** Absent: chosen. */
  readonly ridgeWeight?: number;
}

/** The trial on a part of the queries takes steps so much larger, and fewer of them. */
const trialSpeed = 4;
/** Of the validation queries: fewer do not say that trees should be fewer than `usualSteps` at a learning rate of 1. */
const fewQueries = 200;
const usualSteps = 10;
/** Trees over which the validation loss is averaged: one tree's is noise. */
const smoothed = 10;
/** In NDCG, over the root of the number of queries: less than chance makes, and too many trees cost less than too few. */
const asGood = 0.03;

/**
 * Fits both. On a validation file early stopping chooses the number of trees and NDCG@10 the ridge's weight; without one a fifth of the training queries does in a quick
 * trial, and both are fitted once more on all. Few queries are not divided: as many trees as the settings say, and no ridge.
 */
export async function fitLtr(train: RankingFile, valid: RankingFile | undefined, settings: LtrSettings): Promise<LtrModel> {
  const { ridge: penalty, trees: asked } = settings;
  const refit = async (trees: number, ridgeWeight: number, chosenOn: LtrModel['chosenOn']): Promise<LtrModel> => ({
    trees: await fitTrees(train, { ...asked, trees, patience: 0 }),
    ridge: await fitRidge(train, penalty, asked.threads),
    ridgeWeight: settings.ridgeWeight ?? ridgeWeight,
    chosenOn,
  });
  if (!valid && asked.patience === 0 && settings.ridgeWeight !== undefined) return refit(asked.trees, 0, 'nothing');
  const divided = valid ? { rest: train, heldOut: valid } : holdOut(train, asked.seed);
  if (!divided) return refit(Math.min(asked.trees, Math.round(usualSteps / asked.learningRate)), 0, 'nothing');

  const { rest, heldOut } = divided;
  const speed = valid || asked.patience === 0 ? 1 : trialSpeed;
  const patience = Math.ceil(asked.patience / speed);
  const trial = { ...asked, learningRate: asked.learningRate * speed, trees: Math.ceil(asked.trees / speed), patience };
  const tried = await fitTrees(rest, trial, heldOut);
  const queries = heldOut.offsets.length - 1;
  const stopped = patience === 0 ? tried.trees.length : stopAt(tried.validation, asGood / Math.sqrt(queries));
  const least = patience > 0 && queries < fewQueries ? usualSteps / trial.learningRate : 0;
  const count = Math.max(stopped, Math.min(tried.validation.length, Math.round(least)));
  const early = { ...tried, trees: tried.trees.slice(0, count) };
  const ridge = await fitRidge(rest, penalty, asked.threads);
  const scores = { trees: scoreTrees(early, heldOut.features), ridge: scoreRidge(ridge, heldOut) };
  const ridgeWeight = settings.ridgeWeight ?? ridgeWeightOn(heldOut, scores, asked.seed);
  if (valid) return { trees: early, ridge, ridgeWeight, chosenOn: 'validation file' };
  if (patience === 0) return refit(asked.trees, ridgeWeight, 'a fifth of the training queries');
  const more = train.labels.length / rest.labels.length;
  const trees = Math.max(1, Math.round(Math.max(stopped * more, least) * speed));
  return refit(Math.min(trees, asked.trees), ridgeWeight, 'a fifth of the training queries');
}

/** Scores [rows] of the file's documents. */
export function scoreLtr({ trees, ridge, ridgeWeight }: LtrModel, file: RankingFile): Float64Array {
  if (ridgeWeight === 0) return scoreTrees(trees, file.features);
  return scoreMix(file, { trees: scoreTrees(trees, file.features), ridge: scoreRidge(ridge, file) }, ridgeWeight);
}

/** The greatest number of trees whose mean loss around it is the least, or as good as that. */
function stopAt(losses: readonly number[], tolerance: number): number {
  const means = losses.map((_, t) => {
    const around = losses.slice(Math.max(0, t - smoothed), t + smoothed + 1);
    return around.reduce((sum, loss) => sum + loss, 0) / around.length;
  });
  const least = Math.min(...means);
  return means.findLastIndex((mean) => mean <= least + tolerance) + 1;
}
