import { expect, test } from 'vitest';
import { createRandom } from '../../random.ts';
import { contextOf, logOf } from '../fixture.case.ts';
import type { Interactions } from '../interactions.ts';
import { sequenceNetModel } from '../sequence-net.ts';
import { shapeOf } from '../shape.ts';
import { gateByTransitions } from './gate.ts';

const gate = (log: Interactions, epochs: number) => {
  const small = { rank: 32, blocks: 2, last: 8, batch: 256, dropout: 0, learningRate: 0.005, epochs, patience: epochs };
  return gateByTransitions(sequenceNetModel, { ...sequenceNetModel.defaults(shapeOf(log)), ...small }, log, contextOf(log));
};

/** Sequences whose next item is `next` of the last two. */
function sequences(items: number, users: number, next: (a: number, b: number) => number): Interactions {
  const random = createRandom(8, 'gate');
  const pairs = Array.from({ length: users }, (_, user) => {
    let [a, b] = [random.below(items), 1 + random.below(items - 1)];
    return Array.from({ length: 10 }, () => {
      const pair = [user, a] as const;
      [a, b] = [b, next(a, b)];
      return pair;
    });
  });
  return logOf(pairs.flat(), users, items);
}

test('a network that sees more than pairs passes', async () => {
  const result = await gate(
    sequences(7, 300, (a, b) => (a + b) % 7),
    40,
  );
  expect(result.ndcg10).toBeGreaterThan(result.transitionsNdcg10);
  expect(result.passed).toBe(true);
});

test('a network that learnt less than the table is held back, and says why', async () => {
  const result = await gate(
    sequences(60, 60, (_, b) => (b + 1) % 60),
    1,
  );
  expect(result.passed).toBe(false);
  expect(result.reason).toMatch(/may not be released: NDCG@10 0\.\d+ against \d\.\d+ of transition counts on \d+ cases/);
});

test('without an order nothing passes', async () => {
  const log = sequences(7, 20, (a) => a);
  expect((await gate({ ...log, tMs: new Float64Array(log.n) }, 1)).passed).toBe(false);
});
