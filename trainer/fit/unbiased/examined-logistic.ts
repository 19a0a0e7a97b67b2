/** Clicks on rows that were shown, each with the chance that its place was looked at. */
export interface ExaminedRows {
  readonly columns: number;
  /** Row-major [rows x columns], finite. Without a column of ones there is no intercept. */
  readonly inputs: Float64Array;
  /** [rows] in [0, 1]. */
  readonly clicks: Float64Array;
  /** [rows]: P(looked at), above 0, at most 1. */
  readonly examination: Float64Array;
}

const mostSteps = 50;
/** Newton steps that change no coefficient by more than this end the search. */
const tolerance = 1e-7;
const leastVariance = 1e-12;

/**
 * Coefficients [columns] of P(click) = examination / (1 + e^-(w . x)): maximum likelihood under the position-based model (Richardson et al. 2007), by Fisher scoring
 * with halved steps and an L2 penalty of `ridge` per coefficient. With examination 1 it is logistic regression.
 */
export function fitExaminedLogistic(rows: ExaminedRows, ridge: number, start?: Float64Array, steps = mostSteps): Float64Array {
  const { columns, inputs, clicks } = rows;
  let weights = start?.slice() ?? new Float64Array(columns);
  let loss = lossOf(rows, weights, ridge);
  const information = new Float64Array(columns * columns);
  for (let step = 0; step < steps; step++) {
    const slope = weights.map((w) => -ridge * w);
    information.fill(0);
    for (let c = 0; c < columns; c++) information[c * columns + c] = ridge;
    for (let row = 0; row < clicks.length; row++) {
      const theta = rows.examination[row] as number;
      const wanted = 1 / (1 + Math.exp(-productOf(rows, row, weights)));
      const clicked = theta * wanted;
      const variance = Math.max(leastVariance, clicked * (1 - clicked));
      const change = clicked * (1 - wanted);
      const pull = (((clicks[row] as number) - clicked) / variance) * change;
      const weight = (change / variance) * change;
      const at = row * columns;
      for (let c = 0; c < columns; c++) {
        const x = inputs[at + c] as number;
        if (x === 0) continue;
        slope[c] = (slope[c] as number) + pull * x;
        const line = c * columns;
        for (let d = 0; d <= c; d++)
          information[line + d] = (information[line + d] as number) + weight * x * (inputs[at + d] as number);
      }
    }
    const direction = solve(information, slope);
    let scale = 1;
    let next = weights;
    let nextLoss = Number.POSITIVE_INFINITY;
    for (; scale > 1e-4; scale /= 2) {
      next = weights.map((w, c) => w + scale * (direction[c] as number));
      nextLoss = lossOf(rows, next, ridge);
      if (nextLoss <= loss) break;
    }
    if (!(nextLoss <= loss)) break;
    weights = next;
    loss = nextLoss;
    if (direction.every((move) => Math.abs(scale * move) < tolerance)) break;
  }
  return weights;
}

/** w . x of a row. */
export function productOf({ columns, inputs }: ExaminedRows, row: number, weights: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += (inputs[row * columns + c] as number) * (weights[c] as number);
  return sum;
}

function lossOf(rows: ExaminedRows, weights: Float64Array, ridge: number): number {
  let sum = (ridge / 2) * weights.reduce((total, w) => total + w * w, 0);
  for (let row = 0; row < rows.clicks.length; row++) {
    const clicked = (rows.examination[row] as number) / (1 + Math.exp(-productOf(rows, row, weights)));
    const y = rows.clicks[row] as number;
    if (y > 0) sum -= y * Math.log(Math.max(leastVariance, clicked));
    if (y < 1) sum -= (1 - y) * Math.log(Math.max(leastVariance, 1 - clicked));
  }
  return sum;
}

/** Solves A x = b by Cholesky's decomposition of the lower triangle of A [n x n], which it overwrites; a direction without information stays 0. */
function solve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] as number) * (a[j * n + k] as number);
      if (i === j) a[i * n + i] = sum > leastVariance ? Math.sqrt(sum) : Number.POSITIVE_INFINITY;
      else a[i * n + j] = sum / (a[j * n + j] as number);
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (a[i * n + k] as number) * (x[k] as number);
    x[i] = sum / (a[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (a[k * n + i] as number) * (x[k] as number);
    x[i] = sum / (a[i * n + i] as number);
  }
  return x;
}
