import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainLambdas } from '../../../shared/kernel/lambdas-plain.ts';
import { openPool, type Pool } from '../../adapter/pool.ts';
import { gradedNdcg, idealGain } from '../../evaluate/graded.ts';
import { createRandom } from '../../random.ts';
import { fitTrees } from './boost.ts';
import { asLists, sineRows } from './fixture.case.ts';
import { lambdarank } from './lambdarank.ts';
import type { Objective } from './objective.ts';
import type { TreeRows } from './rows.ts';
import { scoreTrees } from './tree.ts';

let pool: Pool;
beforeAll(async () => {
  pool = await openPool('trees', { threads: 2, scratchBytes: 64 });
});
afterAll(() => pool.close());

const settings = { sigma: 2, truncation: 4, normalise: false, gains: 'grades' } as const;
/** Of scores under an objective, in the memory of the pool. */
function gradientsOf(objective: Objective, scores: ArrayLike<number>) {
  const own = pool.allocate(Float64Array, scores.length);
  own.set(scores);
  const [gradients, hessians] = [pool.allocate(Float32Array, scores.length), pool.allocate(Float32Array, scores.length)];
  objective.gradients(own, gradients, hessians);
  return { gradients, hessians };
}

const list = (labels: number[]): TreeRows => ({
  columns: 1,
  features: new Float32Array(labels.length),
  labels: Float32Array.from(labels),
  offsets: Int32Array.of(0, labels.length),
});
const discount = (place: number) => 1 / Math.log2(place + 2);

/** Sum over pairs of |change of NDCG| log(1 + e^(-sigma difference)), the weights held as they are at `fixed`. */
function pairLoss(labels: readonly number[], fixed: Float64Array, scores: Float64Array): number {
  const place = (i: number) => fixed.filter((score) => score > fixed[i]!).length;
  const ideal = labels.toSorted((a, b) => b - a).slice(0, settings.truncation);
  const most = ideal.reduce((sum, grade, at) => sum + (2 ** grade - 1) * discount(at), 0);
  let loss = 0;
  for (const [i, better] of labels.entries()) {
    for (const [j, worse] of labels.entries()) {
      if (better <= worse || Math.min(place(i), place(j)) >= settings.truncation) continue;
      const weight = ((2 ** better - 2 ** worse) * Math.abs(discount(place(i)) - discount(place(j)))) / most;
      loss += weight * Math.log1p(Math.exp(-settings.sigma * (scores[i]! - scores[j]!)));
    }
  }
  return loss;
}

test('gradients and hessians are derivatives of the weighted pairs', () => {
  const random = createRandom(4, 'lambdarank');
  const labels = Array.from({ length: 9 }, () => random.below(4));
  const scores = Float64Array.from(labels, () => random.normal());
  const { gradients, hessians } = gradientsOf(lambdarank(pool, list(labels), settings), scores);
  const step = 1e-3;
  for (let i = 0; i < 9; i++) {
    const at = (move: number) =>
      pairLoss(
        labels,
        scores,
        scores.map((score, j) => (j === i ? score + move : score)),
      );
    expect(gradients[i]).toBeCloseTo((at(step) - at(-step)) / (2 * step), 5);
    expect(hessians[i]).toBeCloseTo((at(step) - 2 * at(0) + at(-step)) / step ** 2, 4);
  }
});

test('normalised, a list of any size and steepness weighs alike, and its gradients sum to 0', () => {
  const objective = lambdarank(pool, list([3, 0, 1, 0, 2]), { ...settings, sigma: 1, truncation: 30, normalise: true });
  const { gradients } = gradientsOf(objective, [1, 2, 3, 4, 5]);
  expect(gradients.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
  expect(gradients[0]).toBeLessThan(0);
  expect(gradients[3]).toBeGreaterThan(0);
});

test.each([
  ['no relevant document', [0, 0, 0]],
  ['equal grades', [2, 2, 2]],
  ['one document', [1]],
])('a list with %s has no gradient, and no NaN', (_, labels) => {
  const objective = lambdarank(pool, list(labels), { ...settings, normalise: true });
  const { gradients, hessians } = gradientsOf(objective, new Float64Array(labels.length));
  expect([...gradients, ...hessians].every((value) => value === 0)).toBe(true);
  expect(Number.isFinite(objective.loss(new Float64Array(labels.length)))).toBe(true);
});

test('are those of the plain twin, for lists of every length, tied scores included, after the order was another', () => {
  const random = createRandom(9, 'lambdas');
  for (const [normalise, gains] of [
    [true, 'grades'],
    [false, 'labels'],
  ] as const) {
    const offsets = [0, 0, 1, 3, 40, 240, 1240];
    const labels = Float32Array.from({ length: 1240 }, () => (gains === 'labels' ? random.uniform() : random.below(5)));
    const own = { ...list([...labels]), offsets: Int32Array.from(offsets) };
    const asked = { sigma: 1.5, truncation: 12, normalise, gains };
    const objective = lambdarank(pool, own, asked);
    for (let turn = 0; turn < 3; turn++) {
      const scores = Float64Array.from(labels, () => (random.below(2) ? random.below(3) : random.normal()));
      const { gradients, hessians } = gradientsOf(objective, scores);
      for (const [q, from] of offsets.slice(0, -1).entries()) {
        const [first, end] = [from, offsets[q + 1]!];
        const ownGains = Float64Array.from(labels.subarray(first, end), (label) => (gains === 'labels' ? label : 2 ** label - 1));
        const ideal = idealGain(ownGains, 12);
        const expected = plainLambdas(
          { scores: scores.subarray(first, end), gains: ownGains, scale: ideal > 0 ? 1 / ideal : 0 },
          asked,
        );
        for (let i = 0; i < end - first; i++) {
          for (const [own, plain] of [
            [gradients[first + i]!, expected.gradients[i]!],
            [hessians[first + i]!, expected.hessians[i]!],
          ] as const) {
            expect(Math.abs(own - plain)).toBeLessThan(1e-6 * Math.max(1, Math.abs(plain)));
          }
        }
      }
    }
  }
});

test('orders lists that it has not seen; one list is enough to learn from', async () => {
  const ndcg = (rows: TreeRows, scores: Float64Array): number => {
    const own = [...rows.offsets!.slice(1)].map((end, q) => {
      const range = [rows.offsets![q]!, end] as const;
      return gradedNdcg(scores.subarray(...range), rows.labels.subarray(...range), 10);
    });
    const counted = own.filter((value) => !Number.isNaN(value));
    return counted.reduce((sum, value) => sum + value, 0) / counted.length;
  };
  const [rows, others] = [asLists(sineRows(4000)), asLists(sineRows(1000, { seed: 2 }))];
  const model = await fitTrees(rows, { objective: 'lambdarank', trees: 50, leaves: 15 });
  expect(ndcg(others, new Float64Array(1000))).toBeLessThan(0.75);
  expect(ndcg(others, scoreTrees(model, others.features))).toBeGreaterThan(0.9);
  const alone = { ...rows, offsets: Int32Array.of(0, 4000) };
  const single = await fitTrees(alone, { objective: 'lambdarank', trees: 20, leaves: 15 });
  expect(ndcg(alone, scoreTrees(single, rows.features))).toBeGreaterThan(ndcg(alone, new Float64Array(4000)) + 0.2);
});
