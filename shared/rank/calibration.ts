/**
 * Probability of a click by a ranker's score, monotone and between 0 and 1. It is of an item at the place that is looked at most (place 0 of a list): at
 * another place it is less by the chance that a visitor looks there at all, which `examination` of the document tells.
 */
export type Calibration =
  /** 1 / (1 + e^-(slope score + intercept)), slope from 0 (Platt 1999). */
  | { readonly kind: 'platt'; readonly slope: number; readonly intercept: number }
  /** Straight lines between knots with ascending scores, level outside of them (isotonic regression, Zadrozny and Elkan 2002). */
  | { readonly kind: 'isotonic'; readonly scores: readonly number[]; readonly probabilities: readonly number[] };

/** `calibration.json` of a release: for the first surface, on which its rankers were trained. */
export interface CalibrationDocument {
  readonly version: 1;
  readonly light: Calibration;
  readonly heavy: Calibration;
  /** P(looked at | place) over that of the place that is looked at most, from place 0 on; above 0, at most 1. Places beyond are like the last. */
  readonly examination: readonly number[];
}

/** P(click) at the place that is looked at most. NaN for a score that is NaN. */
export function clickProbability(calibration: Calibration, score: number): number {
  if (Number.isNaN(score)) return Number.NaN;
  if (calibration.kind === 'platt') {
    const { slope, intercept } = calibration;
    // 0 times an infinite score is no number.
    return 1 / (1 + Math.exp(-((slope === 0 ? 0 : slope * score) + intercept)));
  }
  const { scores, probabilities } = calibration;
  let [low, high] = [-1, scores.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((scores[middle] as number) <= score) low = middle;
    else high = middle;
  }
  if (low < 0) return probabilities[0] as number;
  const [p, q] = [probabilities[low] as number, probabilities[high]];
  if (q === undefined) return p;
  const [from, to] = [scores[low] as number, scores[high] as number];
  return p + (q - p) * ((score - from) / (to - from));
}

/** P(looked at | place) over that of place 0. @param place from 0. */
export const examinationAt = ({ examination }: Pick<CalibrationDocument, 'examination'>, place: number): number =>
  examination[Math.min(place, examination.length - 1)] as number;

/** A calibration that is not what it should be. `name` is stable: "CalibrationRefused". */
export class CalibrationRefused extends Error {
  override readonly name = 'CalibrationRefused';
}

const mostKnots = 1000;
const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const ascends = (values: readonly number[], least: number) =>
  values.every((value, i) => i === 0 || value - (values[i - 1] as number) >= least);

function isCalibration(value: unknown): boolean {
  const fields = (value ?? {}) as { readonly [name: string]: unknown };
  if (fields.kind === 'platt')
    return Number.isFinite(fields.slope) && Number.isFinite(fields.intercept) && (fields.slope as number) >= 0;
  const { kind, scores, probabilities } = fields;
  if (kind !== 'isotonic' || !Array.isArray(scores) || !Array.isArray(probabilities)) return false;
  const sized = scores.length > 0 && scores.length <= mostKnots && probabilities.length === scores.length;
  return (
    sized &&
    scores.every(Number.isFinite) &&
    ascends(scores, Number.MIN_VALUE) &&
    probabilities.every(isShare) &&
    ascends(probabilities, 0)
  );
}

/** A document of outside input. @throws CalibrationRefused that names what is wrong. */
export function checkCalibration(value: unknown): CalibrationDocument {
  const document = (value ?? {}) as { readonly [name: string]: unknown };
  if (document.version !== 1) throw new CalibrationRefused('calibration: version must be 1');
  for (const name of ['light', 'heavy'])
    if (!isCalibration(document[name]))
      throw new CalibrationRefused(
        `calibration: ${name} must be platt (slope from 0, intercept) or isotonic (ascending scores and probabilities)`,
      );
  const { examination } = document;
  if (!Array.isArray(examination) || examination.length === 0 || !examination.every((share) => isShare(share) && share > 0))
    throw new CalibrationRefused('calibration: examination must be numbers above 0, at most 1');
  return value as CalibrationDocument;
}
