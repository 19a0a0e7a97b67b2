import type { HistoryInput } from '../../shared/model/history.ts';
import type { Cost } from '../candidate/model.ts';
import type { RankerColumns } from '../onnx/graph.ts';
import type { RankingRows } from './rows.ts';
import type { Standard } from './standardise.ts';
import type { FittedTrees } from './trees/tree.ts';

/**
 * One way to learn an order of candidates. A file per model; all of them pass `ranker.case.ts`. The same rows, settings and seed give the same ranker, bit
 * for bit, whatever the number of threads.
 */
export interface RankerModel<Settings extends object = object> {
  /** Lower case, words joined by hyphens: what the configuration names. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** Settings that suit such rows when nobody has searched. */
  defaults(rows: RankingRows): Settings;
  /** What a fit would take, good to a factor of two or three. */
  cost(rows: RankingRows, settings: Settings): Cost;
  /** Why this model cannot learn from such rows at all, in a sentence; undefined: it can. */
  refusal(rows: RankingRows): string | undefined;
  /** The latest lists decide when to stop. @throws RangeError for settings out of range. Never leaves a NaN or an infinity behind. */
  fit(rows: RankingRows, settings: Settings, context: RankerContext): Promise<FittedRanker>;
}

export interface RankerContext {
  readonly seed: number;
  /** Separates the random streams of rankers that share a seed. */
  readonly stream: string;
  readonly threads: number;
  /** Something that a person may want to know; the fit goes on. */
  warn(message: string): void;
}

export interface FittedRanker {
  /** What golden inputs are drawn around. */
  readonly standard: Standard;
  /** Scores [rows] by the trainer's own arithmetic: higher is better, never NaN. The engines agree with it to 1e-5. */
  score(rows: RankingRows): Float32Array;
  /** What the model reads of a list beside its features, where it reads a history. */
  history?(rows: RankingRows, list: number): HistoryInput;
  /** Where the score is a sum of trees: what `gainOf` and `treeShap` (trees/) explain. */
  readonly trees?: FittedTrees;
  /** The model as ONNX. */
  encode(columns: RankerColumns): Uint8Array<ArrayBuffer>;
}
