import { type Calibration, clickProbability } from '../../../shared/rank/calibration.ts';
import { logLoss } from '../../evaluate/accuracy.ts';
import { clicksFrom, type ScoredClicks } from './clicks.ts';
import { fitIsotonic } from './isotonic.ts';
import { fitPlatt } from './platt.ts';

export interface CalibrationChoice {
  readonly calibration: Calibration;
  /** Mean log-loss of the clicks on the later part, fitted on the earlier one. */
  readonly logLoss: { readonly platt: number; readonly isotonic: number };
  readonly impressions: number;
  readonly clicks: number;
}

/** Share of the impressions, the latest, that chooses. */
const choosingShare = 0.4;

/** P(click at the place that was shown) of each impression. */
export const shownProbabilities = (calibration: Calibration, { scores, examination }: ScoredClicks): Float64Array =>
  Float64Array.from(scores, (score, i) => (examination[i] as number) * clickProbability(calibration, score));

/**
 * Platt scaling or isotonic regression, whichever foretells the later impressions better (log-loss); the chosen one is fitted once more on all.
 * @param shown Impressions in time order that the ranker has not seen.
 */
export function chooseCalibration(shown: ScoredClicks): CalibrationChoice {
  const n = shown.scores.length;
  const cut = n - Math.round(choosingShare * n);
  const [earlier, later] = [clicksFrom(shown, 0, cut), clicksFrom(shown, cut, n)];
  const lossOf = (calibration: Calibration) => (n > cut ? logLoss(shownProbabilities(calibration, later), later.clicks) : 0);
  const losses = { platt: lossOf(fitPlatt(earlier)), isotonic: lossOf(fitIsotonic(earlier)) };
  const calibration = losses.isotonic < losses.platt ? fitIsotonic(shown) : fitPlatt(shown);
  const clicks = Array.from(shown.clicks).reduce((sum, click) => sum + click, 0);
  return { calibration, logLoss: losses, impressions: n, clicks };
}
