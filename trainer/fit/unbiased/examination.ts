import type { RankingRows } from '../rows.ts';
import { standardiseInto, standardOf } from '../standardise.ts';
import { type ExaminedRows, fitExaminedLogistic, productOf } from './examined-logistic.ts';

/** How likely a visitor looks at a place, by place, over the likeliest: above 0, at most 1. */
export interface Examination {
  readonly places: readonly number[];
  /** What a person may want to know of the fit. */
  readonly warnings: readonly string[];
}

/** Clicks on rows of a place that it takes to tell its examination; a place with fewer is taken with the ones before it. */
const leastClicks = 5;
/** Nobody looks at a place less often than this, as far as weights are concerned. */
const leastExamination = 0.01;
const rounds = 60;
const tolerance = 1e-4;
/** L2 on the coefficients of the wish, per row. */
const ridgePerRow = 1e-5;

/**
 * The position-based model P(click) = examination(place) x wish(features), with a logistic wish, by maximum likelihood. Wang et al. 2018 climb the same likelihood
 * by regression-EM, whose steps get short where clicks are rare; here each factor is maximised in turn with the other held.
 * Rows without a place or an observed click are left out.
 */
export function fitExamination(rows: RankingRows): Examination {
  const clicks = rows.outcomes?.click;
  const places = rows.positions;
  const used =
    clicks && places ? Array.from(places.keys()).filter((row) => (places[row] as number) >= 0 && !Number.isNaN(clicks[row])) : [];
  if (!clicks || !places || used.length === 0)
    return { places: [1], warnings: ['no impression with a place: every place counts alike'] };
  const clicked = used.reduce((sum, row) => sum + ((clicks[row] as number) > 0 ? 1 : 0), 0);
  if (clicked === 0 || clicked === used.length)
    return { places: [1], warnings: [`${clicked} of ${used.length} impressions were clicked: every place counts alike`] };
  const bins = binsOf(
    used.map((row) => places[row] as number),
    used.map((row) => clicks[row] as number),
  );
  const theta = fit(
    examinedRows(rows, used, clicks),
    Int32Array.from(used, (row) => bins.of[places[row] as number] as number),
    bins.count,
  );
  const most = Math.max(...theta);
  const warnings =
    bins.count === 1 && bins.of.length > 1
      ? [`${clicked} clicks are too few to tell places apart: every place counts alike`]
      : [];
  return {
    places: Array.from(bins.of, (bin) => Math.min(1, Math.max(leastExamination, (theta[bin] as number) / most))),
    warnings,
  };
}

/** P(looked at) of a row's place; 1 where it has none. */
export const examinationOf = ({ places }: Pick<Examination, 'places'>, place: number): number =>
  place < 0 ? 1 : (places[Math.min(place, places.length - 1)] as number);

/** Places in order, taken together until there are clicks enough. */
function binsOf(places: readonly number[], clicks: readonly number[]): { readonly of: Int32Array; readonly count: number } {
  const most = places.reduce((max, place) => Math.max(max, place), 0);
  const clicked = new Int32Array(most + 1);
  for (const [i, place] of places.entries()) if ((clicks[i] as number) > 0) clicked[place] = (clicked[place] as number) + 1;
  const of = new Int32Array(most + 1);
  let bin = 0;
  let left = clicked.reduce((sum, n) => sum + n, 0);
  for (let place = 0, own = 0; place <= most; place++) {
    of[place] = bin;
    own += clicked[place] as number;
    left -= clicked[place] as number;
    if (own >= leastClicks && left >= leastClicks && place < most) {
      bin++;
      own = 0;
    }
  }
  return { of, count: bin + 1 };
}

function examinedRows(rows: RankingRows, used: readonly number[], clicks: Float32Array): ExaminedRows {
  const width = 2 * rows.columns;
  const standard = standardOf(rows, rows.lists);
  const line = new Float64Array(width);
  const inputs = new Float64Array(used.length * (width + 1)).fill(1);
  for (const [i, row] of used.entries()) {
    standardiseInto(standard, rows.features, row, 1, line);
    inputs.set(line, i * (width + 1));
  }
  return {
    columns: width + 1,
    inputs,
    clicks: Float64Array.from(used, (row) => ((clicks[row] as number) > 0 ? 1 : 0)),
    examination: new Float64Array(used.length).fill(1),
  };
}

function fit(rows: ExaminedRows, binOf: Int32Array, bins: number): Float64Array {
  const n = binOf.length;
  let theta = new Float64Array(bins).fill(1);
  let weights: Float64Array | undefined;
  const wish = new Float64Array(n);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < n; i++) rows.examination[i] = theta[binOf[i] as number] as number;
    weights = fitExaminedLogistic(rows, ridgePerRow * n, weights, 3);
    for (let i = 0; i < n; i++) wish[i] = 1 / (1 + Math.exp(-productOf(rows, i, weights)));
    const next = maximise(theta, rows, wish, binOf);
    const most = Math.max(...next);
    const change = Math.max(...next.map((value, bin) => Math.abs(value / most - (theta[bin] as number))));
    theta = next.map((value) => value / most);
    if (change < tolerance) break;
  }
  return theta;
}

/** Fixed point of d likelihood / d theta = 0: theta = clicks / sum over what was not clicked of wish / (1 - theta wish). */
function maximise(
  theta: Float64Array,
  { clicks }: ExaminedRows,
  wish: Float64Array,
  binOf: Int32Array,
): Float64Array<ArrayBuffer> {
  let current = Float64Array.from(theta);
  for (let step = 0; step < 10; step++) {
    const clicked = new Float64Array(current.length);
    const missed = new Float64Array(current.length);
    for (let i = 0; i < clicks.length; i++) {
      const bin = binOf[i] as number;
      const p = wish[i] as number;
      if ((clicks[i] as number) > 0) clicked[bin] = (clicked[bin] as number) + 1;
      else missed[bin] = (missed[bin] as number) + p / Math.max(1e-6, 1 - (current[bin] as number) * p);
    }
    current = current.map((_, bin) =>
      Math.max(leastExamination, (clicked[bin] as number) / Math.max(1e-9, missed[bin] as number)),
    );
    const most = Math.max(...current, 1);
    current = current.map((value) => value / most);
  }
  return current;
}
