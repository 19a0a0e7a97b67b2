import type { HistoryInput } from '../../shared/model/history.ts';
import { permutationImportance } from '../fit/permutation.ts';
import type { RankingRows } from '../fit/rows.ts';
import { treeShap } from '../fit/trees/shap.ts';
import { type FittedTrees, gainOf } from '../fit/trees/tree.ts';

/** What a feature is worth to a ranker. */
export interface FeatureImportance {
  readonly name: string;
  /** By how much NDCG@k of the questions falls when the feature's values are shuffled over them: below 0, the ranker is better off without. */
  readonly permutation: number;
  /** Of trees: its share of what all splits gained in training. */
  readonly gain?: number;
  /** Of trees: mean |Shapley value| over candidates of the questions, in the unit of the score. */
  readonly shap?: number;
}

export interface RankerImportance {
  /** Questions, spread over the period, whose choice was among the candidates. */
  readonly questions: number;
  /** Mean NDCG@k of the ranker on them, before policy. */
  readonly ndcg: number;
  /** By permutation, the greatest first. */
  readonly features: readonly FeatureImportance[];
}

/** What a ranker was given for the candidates of one question that it may show. */
export interface Asked {
  /** Row-major [candidates x columns]. */
  readonly features: Float32Array;
  readonly past?: HistoryInput;
}

/** A question with what both rankers were given, and 1 for each candidate that was chosen. */
export interface SampledQuestion {
  readonly labels: Float32Array;
  readonly light: Asked;
  readonly heavy: Asked;
}

/** More take longer and say little more. */
const mostQuestions = 128;
/** Rows that Shapley values are averaged over. */
const mostExplained = 200;

/** Keeps every question, then every second, every fourth ...: between 64 and 128 that are spread evenly, however many come. */
export function createSample(): { add(make: () => SampledQuestion): void; readonly questions: readonly SampledQuestion[] } {
  let kept: SampledQuestion[] = [];
  let [stride, seen] = [1, 0];
  return {
    add(make) {
      if (seen++ % stride !== 0) return;
      kept.push(make());
      if (kept.length <= mostQuestions) return;
      kept = kept.filter((_, i) => i % 2 === 0);
      stride *= 2;
    },
    get questions() {
      return kept;
    },
  };
}

/** A ranker to explain: how it scores, and its trees, where it is made of such. */
export interface Explained {
  readonly columns: readonly string[];
  run(features: Float32Array, rows: number, past?: HistoryInput): Float32Array;
  readonly trees?: FittedTrees;
}

/** What each feature is worth to a ranker on these questions; undefined without any. */
export function importanceOf(
  ranker: Explained,
  role: 'light' | 'heavy',
  questions: readonly SampledQuestion[],
  { seed, k }: { readonly seed: number; readonly k: number },
): RankerImportance | undefined {
  if (questions.length === 0) return undefined;
  const rows = joined(questions, role, ranker.columns.length);
  const score = ({ features, offsets, lists }: RankingRows): Float32Array => {
    const scores = new Float32Array(features.length / rows.columns);
    for (let q = 0; q < lists; q++) {
      const [start, end] = [offsets[q] as number, offsets[q + 1] as number];
      const own = features.subarray(start * rows.columns, end * rows.columns);
      scores.set(ranker.run(own, end - start, questions[q]?.[role].past), start);
    }
    return scores;
  };
  const { ndcg, drops } = permutationImportance({ score }, rows, { seed, k });
  const trees = ranker.trees && ofTrees(ranker.trees, rows);
  const features = ranker.columns.map((name, c) => ({
    name,
    permutation: drops[c] as number,
    ...(trees && { gain: trees.gain[c] as number, shap: trees.shap[c] as number }),
  }));
  return { questions: questions.length, ndcg, features: features.sort((a, b) => b.permutation - a.permutation) };
}

function joined(questions: readonly SampledQuestion[], role: 'light' | 'heavy', columns: number): RankingRows {
  const offsets = new Uint32Array(questions.length + 1);
  for (const [q, { labels }] of questions.entries()) offsets[q + 1] = (offsets[q] as number) + labels.length;
  const total = offsets.at(-1) as number;
  const [labels, features] = [new Float32Array(total), new Float32Array(total * columns)];
  for (const [q, question] of questions.entries()) {
    labels.set(question.labels, offsets[q]);
    features.set(question[role].features, (offsets[q] as number) * columns);
  }
  return { columns, lists: questions.length, offsets, labels, features };
}

function ofTrees(trees: FittedTrees, { columns, features, labels }: RankingRows): { gain: Float64Array; shap: Float64Array } {
  const gains = gainOf(trees);
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  const shap = new Float64Array(columns);
  const explained = Math.min(mostExplained, labels.length);
  for (let i = 0; i < explained; i++) {
    const row = Math.floor((i * labels.length) / explained);
    const { values } = treeShap(trees, features.subarray(row * columns, (row + 1) * columns));
    for (const [c, value] of values.entries()) shap[c] = (shap[c] as number) + Math.abs(value) / explained;
  }
  return { gain: gains.map((gain) => (total > 0 ? gain / total : 0)), shap };
}
