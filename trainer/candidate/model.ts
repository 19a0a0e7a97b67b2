import type { Item } from '../../shared/contract/item.ts';
import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import type { Interactions } from './interactions.ts';

/**
 * One way to learn who may like what. A file per model; all of them pass `model.case.ts`. A model is fitted on interactions and then asked to score the
 * whole catalogue for histories; what it leaves in a release is beside. The same interactions, settings and seed give the same model, bit for bit,
 * whatever the number of threads.
 */
export interface CandidateModel<Settings extends object = object> {
  /** Lower case, words joined by hyphens: what `--model` takes. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** Settings that suit data of this shape when nobody has searched. */
  defaults(shape: Shape): Settings;
  /** What `vitrine tune` may vary, and between which values. */
  readonly space: SearchSpace<Settings>;
  /** What a fit would take, good to a factor of two or three: the training command picks by it within its budgets. */
  cost(shape: Shape, settings: Settings): Cost;
  /** Why this model cannot learn from such data at all, in a sentence; undefined: it can. Cost is not its business. */
  refusal(shape: Shape, context: Pick<FitContext, 'items'>): string | undefined;
  /** @throws RangeError for settings out of range. Never leaves a NaN or an infinity behind. */
  fit(log: Interactions, settings: Settings, context: FitContext): Promise<FittedModel>;
}

/** What is known of data before anything is fitted. */
export interface Shape {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** Distinct (user, item) pairs. */
  readonly pairs: number;
  /** Items with at least one interaction. */
  readonly itemsSeen: number;
  /** Sum over users of the squared number of their distinct items: products that make the Gram matrix of items. */
  readonly coOccurrences: number;
  /** Whether times put interactions of one visitor in an order; false: models of sequences have nothing to learn. */
  readonly ordered: boolean;
  /** Whether users are sessions: what most of them did lies within hours. */
  readonly sessions: boolean;
  /** Whether any interaction carries a value of its own, such as stars. */
  readonly valued: boolean;
  /** Number of segments of visitors that the log tells apart. */
  readonly segments: number;
}

export interface Cost {
  /** On one thread of the machine that the constants were measured on (two cores, 2026). */
  readonly seconds: number;
  /** Peak, beyond the interactions. */
  readonly bytes: number;
}

/** Values to try per setting: a list, or a range that is drawn from evenly or evenly in its logarithm. */
export type SearchSpace<Settings> = {
  readonly [Name in keyof Settings]?:
    | readonly Settings[Name][]
    | { readonly from: number; readonly to: number; readonly scale: 'linear' | 'log'; readonly whole?: boolean };
};

export interface FitContext {
  readonly seed: number;
  /** Every interaction is strictly before this time. */
  readonly throughMs: number;
  /** Worker threads that may be used besides none: 1 means this thread alone. */
  readonly threads: number;
  /** Attributes by ordinal, where the data has any. */
  readonly items?: readonly Item[];
  /** Something that a person may want to know; the fit goes on. */
  warn(message: string): void;
  /** Work done, in [0, 1]; never decreasing. */
  progress?(share: number): void;
}

/** A visitor's past as models see it: interactions before `nowMs`, oldest first, repeats included. */
export interface History {
  /** Index of the user in the interactions of the fit, or -1: a visitor whom the model never saw and has to fold in. */
  readonly user: number;
  /** Ordinals. */
  readonly items: Int32Array;
  /** Of the same length. */
  readonly tMs: Float64Array;
  readonly nowMs: number;
  /** As in the interactions of the fit. Absent or -1: unknown. */
  readonly segment?: number;
}

export interface FittedModel {
  /** Memory that the model holds, in bytes. */
  readonly bytes: number;
  /**
   * Scores of every item for every history: out[h * items + i], row-major [histories x items]. Higher is better; -Infinity: the model has nothing to say of
   * the item. Never NaN. Items of the history are scored like others: leaving them out is the caller's decision. Independent of how histories are batched.
   */
  score(histories: readonly History[], out: Float32Array): void;
  /** What it leaves in a release. */
  readonly artifact: CandidateArtifact;
}

/** At most one of each; a model that leaves nothing can be evaluated and blended, not served. */
export interface CandidateArtifact {
  /** Item to items, best first, pruned: served by `shared/retrieval/similar.ts`. */
  readonly neighbours?: SimilarTable;
  /** Item vectors, row-major [items x rank]; the score of an item is its inner product with the visitor's vector. */
  readonly vectors?: { readonly items: number; readonly rank: number; readonly values: Float32Array };
  /** ONNX: makes the visitor's vector from what the edge or the device knows (two-tower, sequence). */
  readonly encoder?: Uint8Array;
  /** Score of every item, the same for everybody; -Infinity: nothing is known of it. */
  readonly scores?: Float32Array;
}
