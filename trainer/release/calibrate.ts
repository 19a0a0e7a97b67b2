import type { CalibrationDocument } from '../../shared/rank/calibration.ts';
import { type CalibrationChoice, chooseCalibration } from '../fit/calibrate/choose.ts';
import type { FittedRanker } from '../fit/ranker.ts';
import type { RankingRows } from '../fit/rows.ts';
import { examinationOf } from '../fit/unbiased/examination.ts';
import type { RankerRows } from './ranker-rows.ts';

export interface Calibrated {
  readonly document: CalibrationDocument;
  readonly light: CalibrationChoice;
  readonly heavy: CalibrationChoice;
}

/** Probabilities of both rankers' scores, by slates that neither has seen; undefined where there are too few. */
export function calibrateRankers(
  { held, examination }: Pick<RankerRows, 'held' | 'examination'>,
  rankers: { readonly light: FittedRanker; readonly heavy: FittedRanker },
): Calibrated | undefined {
  if (!held) return undefined;
  const choose = (role: 'light' | 'heavy'): CalibrationChoice => {
    const rows: RankingRows = held[role];
    const scores = rankers[role].score(rows);
    const clicks = rows.outcomes?.click ?? new Float32Array(0);
    return chooseCalibration({
      scores,
      clicks,
      examination: Float64Array.from(clicks, (_, row) => examinationOf(examination, rows.positions?.[row] ?? -1)),
    });
  };
  const [light, heavy] = [choose('light'), choose('heavy')];
  const { places } = examination;
  return { document: { version: 1, light: light.calibration, heavy: heavy.calibration, examination: places }, light, heavy };
}

/** How probabilities are made, for people. */
export function describeCalibrated({ light, heavy }: Calibrated): string[] {
  const line = (name: string, { calibration, logLoss, impressions, clicks }: CalibrationChoice) =>
    `${name} probabilities: ${calibration.kind}, of ${clicks} clicks on ${impressions} impressions. Log-loss on the later ones: platt ${logLoss.platt.toFixed(4)}, isotonic ${logLoss.isotonic.toFixed(4)}`;
  return [line('Light', light), line('Heavy', heavy)];
}
