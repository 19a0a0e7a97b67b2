import type { ItemId, Ordinal } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { Surface } from '../../shared/contract/surface.ts';
import { applyPolicy } from '../../shared/policy/apply.ts';
import { calibrationTo } from '../../shared/policy/rule/calibration.ts';
import type { Taste } from '../../shared/policy/taste.ts';
import { top } from '../../shared/retrieval/top.ts';
import type { Random } from '../random.ts';
import type { Placement } from './metric.ts';

/** What is the same for all systems of one query. */
export interface Question {
  readonly items: readonly Item[];
  readonly surface: Surface;
  readonly targets: ReadonlySet<Ordinal>;
  readonly seen: ReadonlySet<ItemId>;
  /** Known to systems on the device only. */
  readonly taste?: Taste;
  readonly nowMs: number;
  readonly k: number;
}

/** A slate and where the targets are in it. */
export interface Answer extends Placement {
  readonly slate: readonly Ordinal[];
}

/**
 * Orders candidates by score, applies the surface's policy and finds the targets. Ties count against the model: of equal scores the targets come last.
 * NaN scores are lowest.
 */
export function answer(question: Question, ordinals: ArrayLike<Ordinal>, scores: ArrayLike<number>): Answer {
  const { items, surface, targets, k } = question;
  const value = (i: number) => (Number.isNaN(scores[i]) ? Number.NEGATIVE_INFINITY : (scores[i] as number));
  const late = (i: number) => (targets.has(ordinals[i] as number) ? 1 : 0);
  const order = Array.from({ length: ordinals.length }, (_, i) => i);
  order.sort((a, b) => value(b) - value(a) || late(a) - late(b) || a - b);
  const slate = applyPolicy({
    candidates: order,
    scores: order.map(value),
    itemOf: (i) => items[ordinals[i] as number],
    rules: surface.rules,
    count: k,
    nowMs: question.nowMs,
    seen: question.seen,
    ...(question.taste && { calibrate: calibrationTo(question.taste) }),
  }).entries.map((entry) => ordinals[entry.candidate] as number);
  const places = [...slate.keys()].filter((place) => targets.has(slate[place] as number));
  return { slate, places, relevant: targets.size };
}

/**
 * Answers of systems that order the whole catalogue. Only their best reach the policy: enough of them that a category cap has what to choose from.
 * Arrays of the catalogue's length are made once.
 */
export function createCatalogue(items: readonly Item[]) {
  const arrivals = Float64Array.from(items, ({ publishedAtMs = Number.NEGATIVE_INFINITY, available }) =>
    available === false ? Number.POSITIVE_INFINITY : publishedAtMs,
  );
  const scores = new Float32Array(items.length);
  const ordinals = Uint32Array.from(items.keys());
  const depthOf = ({ k, surface }: Question) => k * (surface.rules.categoryShare < 1 ? 20 : 2);
  const isHidden = ({ surface, seen }: Question, ordinal: Ordinal) =>
    surface.rules.excludeSeen && seen.has((items[ordinal] as Item).id);
  return {
    /** By a value per item, >= 0. */
    answerByValue(question: Question, values: Float64Array, seen: ReadonlySet<Ordinal>): Answer {
      const { targets, surface, nowMs } = question;
      let most = 0;
      for (let i = 0; i < values.length; i++) most = Math.max(most, values[i] as number);
      for (let i = 0; i < values.length; i++) {
        // Scaled, for float32 has less room than float64.
        scores[i] = (arrivals[i] as number) > nowMs ? Number.NaN : (values[i] as number) / (most || 1);
      }
      if (surface.rules.excludeSeen) for (const ordinal of seen) scores[ordinal] = Number.NaN;
      // Of equal scores `top` keeps the lower ordinal: targets get ordinals behind all others.
      for (const target of targets) ordinals[target] = target + items.length;
      const best = top(ordinals, scores, items.length, depthOf(question));
      for (const target of targets) ordinals[target] = target;
      return answer(
        question,
        best.ordinals.map((ordinal) => ordinal % items.length),
        best.scores,
      );
    },

    /** In random order: draws items until there are enough that may be shown. */
    answerAtRandom(question: Question, random: Random): Answer {
      const drawn = new Set<Ordinal>();
      const wanted = Math.min(items.length, depthOf(question));
      // A catalogue of which almost nothing may be shown ends the search at some point.
      for (let draws = 0; drawn.size < wanted && draws < 50 * wanted; draws++) {
        const ordinal = random.below(items.length);
        if ((arrivals[ordinal] as number) <= question.nowMs && !isHidden(question, ordinal)) drawn.add(ordinal);
      }
      return answer(
        question,
        [...drawn],
        Array.from(drawn, (_, place) => -place),
      );
    },
  };
}
