/** The ordered list that is shown. Made by `shared/policy/apply.ts` only. Generic in what an entry refers to. */
export interface SlateEntry<Candidate> {
  readonly candidate: Candidate;
  readonly score: number;
  /** 0-based. */
  readonly position: number;
  /** Probability of this candidate at this position under the policy, in (0, 1]. */
  readonly propensity: number;
}

/** Why a candidate is not in the slate; for explanation and tests. */
export interface Dropped<Candidate> {
  readonly candidate: Candidate;
  readonly rule: string;
}

export interface Slate<Candidate> {
  readonly entries: readonly SlateEntry<Candidate>[];
  readonly dropped: readonly Dropped<Candidate>[];
}
