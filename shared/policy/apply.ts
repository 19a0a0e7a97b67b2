import type { ItemId } from '../contract/id.ts';
import type { Dropped, Slate, SlateEntry } from '../contract/slate.ts';
import type { SurfaceRules } from '../contract/surface.ts';
import type { Calibration } from './rule/calibration.ts';
import { capCategories } from './rule/category-cap.ts';
import { dedupe } from './rule/dedupe.ts';
import { eligibility } from './rule/eligibility.ts';
import { exclude } from './rule/exclude.ts';
import { seen } from './rule/seen.ts';
import type { PolicyItem } from './rule.ts';

export interface PolicyInput<Candidate> {
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** Score of the candidate at that index of `candidates`. */
  readonly scores: ArrayLike<number>;
  /** When it throws or knows no item, the candidate is dropped. */
  readonly itemOf: (candidate: Candidate) => PolicyItem | undefined;
  readonly rules: SurfaceRules;
  /** Places of the slate. */
  readonly count: number;
  /** Length of the list in all, >= count: a pack holds more than is shown. Default: count. Behind the first `count` there is no category cap. */
  readonly depth?: number;
  readonly nowMs: number;
  /** The item that the page is about. */
  readonly item?: ItemId;
  /** Looked at when the surface's `excludeSeen` says so. */
  readonly seen?: ReadonlySet<ItemId>;
  /** To the visitor's taste, where one is known; asked when the surface has a `calibration`. */
  readonly calibrate?: Calibration;
}

const rules = [eligibility, exclude, dedupe, seen];
const nobody: ReadonlySet<ItemId> = new Set();

/**
 * The only maker of a slate: eligibility, exclude, dedupe, seen, calibration, category cap, in this order. Candidates keep their order, except that
 * calibration moves some forward and the cap some back. A rule that fails drops the item, never the list: `dropped` then names it "<rule>-failed". Deterministic, therefore every
 * propensity is 1.
 */
export function applyPolicy<Candidate>(input: PolicyInput<Candidate>): Slate<Candidate> {
  const { candidates, scores, itemOf, count, depth = count, nowMs, item } = input;
  const taken = new Set<ItemId>();
  const context = { nowMs, taken, seen: (input.rules.excludeSeen && input.seen) || nobody, ...(item !== undefined && { item }) };
  const kept: { readonly candidate: Candidate; readonly item: PolicyItem; readonly score: number }[] = [];
  const dropped: Dropped<Candidate>[] = [];
  for (const [i, candidate] of candidates.entries()) {
    const verdict = judge(candidate, itemOf, context);
    if (typeof verdict === 'string') dropped.push({ candidate, rule: verdict });
    else {
      taken.add(verdict.id);
      kept.push({ candidate, item: verdict, score: scores[i] ?? Number.NaN });
    }
  }
  const { categoryShare, calibration = 0 } = input.rules;
  const { chosen, waiting } = capCategories(input.calibrate?.(kept, count, calibration) ?? kept, count, categoryShare);
  const behind = waiting.slice(0, Math.max(0, depth - chosen.length));
  for (const { candidate } of waiting.slice(behind.length)) dropped.push({ candidate, rule: 'count' });
  const entries = [...chosen, ...behind].map(
    ({ candidate, score }, position): SlateEntry<Candidate> => ({
      candidate,
      score,
      position,
      propensity: 1,
    }),
  );
  return { entries, dropped };
}

/** The item, or the name of the rule that drops it. */
function judge<Candidate>(
  candidate: Candidate,
  itemOf: PolicyInput<Candidate>['itemOf'],
  context: Parameters<(typeof rules)[number]['keeps']>[1],
): PolicyItem | string {
  let at = 'item';
  try {
    const item = itemOf(candidate);
    if (!item) return 'unknown';
    for (const rule of rules) {
      at = rule.name;
      if (!rule.keeps(item, context)) return rule.name;
    }
    return item;
  } catch {
    return `${at}-failed`;
  }
}
