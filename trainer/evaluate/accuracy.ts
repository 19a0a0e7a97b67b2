/**
 * How far predicted values and probabilities are from what came true. Columns of one length; NaN of none.
 */

/** Root of the mean squared error, in the unit of the values. */
export function rootMeanSquare(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  return Math.sqrt(meanOf(predicted, actual, (p, y) => (p - y) ** 2));
}

/** Probabilities this close to 0 and 1 are taken as this far from them, so that one sure mistake is dear and not infinite. */
const clip = 1e-15;

/** Mean negative log likelihood of outcomes in [0, 1] under predicted probabilities, in nats. */
export function logLoss(probability: ArrayLike<number>, outcome: ArrayLike<number>): number {
  return meanOf(probability, outcome, (p, y) => {
    const q = Math.min(1 - clip, Math.max(clip, p));
    return -(y * Math.log(q) + (1 - y) * Math.log(1 - q));
  });
}

function meanOf(a: ArrayLike<number>, b: ArrayLike<number>, loss: (a: number, b: number) => number): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} predictions of ${b.length} values`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += loss(a[i] as number, b[i] as number);
  return sum / a.length;
}
