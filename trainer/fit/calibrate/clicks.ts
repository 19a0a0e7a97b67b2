/** What a calibration is fitted on: impressions, with a ranker's score, whether they were clicked, and how likely a visitor looked at their place. */
export interface ScoredClicks {
  readonly scores: ArrayLike<number>;
  /** 0 or 1. */
  readonly clicks: ArrayLike<number>;
  /** Above 0, at most 1. */
  readonly examination: ArrayLike<number>;
}

/** The impressions from `from` (inclusive) to `to` (exclusive). */
export const clicksFrom = ({ scores, clicks, examination }: ScoredClicks, from: number, to: number): ScoredClicks => ({
  scores: Array.prototype.slice.call(scores, from, to),
  clicks: Array.prototype.slice.call(clicks, from, to),
  examination: Array.prototype.slice.call(examination, from, to),
});
