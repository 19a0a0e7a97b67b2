import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Interactions } from '../candidate/interactions.ts';
import type { CandidateModel } from '../candidate/model.ts';
import { sameForAll } from '../candidate/same-for-all.ts';
import { readSettings } from '../candidate/settings.ts';
import { leaveLastOut } from '../dataset/hold-out.ts';
import { ndcgAt } from '../evaluate/metric.ts';
import type { Task } from '../evaluate/task.ts';
import { createRandom } from '../random.ts';
import { drawSettings } from './draw.ts';
import { sharesFor, successiveHalving, type Trial } from './halving.ts';
import { partOf } from './part.ts';
import { type TuneInput, tune } from './tune.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-tune-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** Users go through the items in circles of their own beginning. */
function task(users: number): Task {
  const n = users * 6;
  const log: Interactions = {
    n,
    users,
    items: 20,
    user: Int32Array.from({ length: n }, (_, e) => e % users),
    item: Int32Array.from({ length: n }, (_, e) => ((e % users) + Math.floor(e / users)) % 20),
    tMs: Float64Array.from({ length: n }, (_, e) => Math.floor(e / users)),
    weight: new Float32Array(n).fill(1),
  };
  const { fit, cases } = leaveLastOut(log);
  return { fit, cases, items: 20, k: 10, hideHistory: true, measure: (placement) => ({ ndcg10: ndcgAt(placement, 10) }) };
}

interface Settings {
  readonly step: number;
  readonly noise: number;
}
let fits = 0;
/** Says that the item `step` after the last comes next: right for 1; refuses step 5. */
const stepModel: CandidateModel<Settings> = {
  name: 'step',
  summary: 'for this test',
  defaults: () => ({ step: 3, noise: Number.POSITIVE_INFINITY }),
  space: { step: [0, 1, 2, 3, 4, 5], noise: [1, 2, Number.POSITIVE_INFINITY] },
  cost: () => ({ seconds: 0, bytes: 0 }),
  refusal: ({ interactions }) => (interactions === 0 ? 'there is nothing' : undefined),
  async fit(log, { step }) {
    fits++;
    if (step === 5) throw new RangeError('step: 5 is too far');
    const model = sameForAll(new Float32Array(log.items));
    return {
      ...model,
      score(histories, out) {
        out.fill(0);
        for (const [h, { items }] of histories.entries()) out[h * log.items + ((items.at(-1)! + step) % log.items)] = 1;
      },
    };
  },
};

const input = (more: Partial<TuneInput> = {}): TuneInput => ({
  model: stepModel as CandidateModel,
  validation: { task: task(60), objective: 'ndcg10' },
  start: stepModel.defaults(undefined as never),
  budgetSeconds: 1000,
  trials: 18,
  seed: 1,
  threads: 1,
  nowMs: () => 0,
  say: () => {},
  warn: () => {},
  ...more,
});

describe('tune', () => {
  test('finds the settings that the data was made with; what a model refuses is written down', async () => {
    const { best, value, startValue, trials } = await tune(input());
    expect(best.step).toBe(1);
    expect(value).toBe(1);
    expect(startValue).toBeLessThan(0.5);
    expect(trials.find(({ settings }) => settings.step === 5)).toMatchObject({ value: null, problem: 'step: 5 is too far' });
  });

  test('a search that was stopped goes on, keeps settings of other models, and can be given back', async () => {
    const file = join(root, 'settings.json');
    writeFileSync(file, '{"version":1,"models":{"other":{"reach":"Infinity"}}}');
    let clock = 0;
    // Every look at the clock takes a second: time for some of the trials.
    const partial = await tune(input({ file, budgetSeconds: 20, nowMs: () => 1000 * clock++ }));
    expect(partial.trials.length).toBeLessThan(18);
    fits = 0;
    const whole = await tune(input({ file }));
    expect(whole.trials).toHaveLength(18);
    expect(fits).toBe(18 - partial.trials.length);
    expect(whole.best).toEqual((await tune(input())).best);
    const { models } = await readSettings(file);
    expect(models.other).toEqual({ reach: Number.POSITIVE_INFINITY });
    expect(models.step).toMatchObject({ step: 1 });
  });

  test('a file with a search on other data is refused and left alone', async () => {
    const file = join(root, 'other.json');
    await tune(input({ file, trials: 2 }));
    const before = readFileSync(file, 'utf8');
    await expect(tune(input({ file, seed: 2 }))).rejects.toThrow(/has a search of step on other data or with another seed/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('data that the model cannot learn from, or that asks nothing, is refused', async () => {
    const empty = { ...task(60), cases: [] };
    await expect(tune(input({ validation: { task: empty, objective: 'ndcg10' } }))).rejects.toThrow(/asks nothing/);
    const nothing = { ...task(0) };
    await expect(tune(input({ validation: { task: nothing, objective: 'ndcg10' } }))).rejects.toThrow(/cannot learn/);
  });
});

describe('successive halving', () => {
  const search = (values: readonly number[], shares: readonly number[], spent: () => number, seen: Trial<number>[] = []) =>
    successiveHalving<number>({
      candidates: [...values.keys()],
      shares,
      eta: 3,
      spent,
      async try(candidate, share) {
        const trial = { candidate, share, value: values[candidate] };
        seen.push(trial);
        return trial;
      },
    });

  test('ends with the best, and with the first to compare it with, whatever the time', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        async (values, rungs, tick) => {
          let spent = 0;
          const seen: Trial<number>[] = [];
          const shares = Array.from({ length: rungs }, (_, rung) => 3 ** (rung - rungs + 1));
          const trials = await search(values, shares, () => (spent += tick), seen);
          expect(trials.every(({ share }) => share === 1)).toBe(true);
          expect(trials.map(({ candidate }) => candidate)).toContain(0);
          const tried = seen.filter(({ share }) => share === shares[0]).map(({ value }) => value!);
          expect(trials[0]!.value).toBe(Math.max(...tried));
          if (tick === 0) expect(trials[0]!.value).toBe(Math.max(...values));
        },
      ),
    ));

  test('a third goes on at each rung', async () => {
    const seen: Trial<number>[] = [];
    await search(
      Array.from({ length: 27 }, (_, i) => i),
      [1 / 9, 1 / 3, 1],
      () => 0,
      seen,
    );
    // The first is the worst here, and tried at every rung.
    expect([1 / 9, 1 / 3, 1].map((share) => seen.filter((trial) => trial.share === share).length)).toEqual([27, 10, 5]);
  });

  test('shares keep at least so many users', () => {
    expect(sharesFor(610, 1000, 3)).toEqual([1]);
    expect(sharesFor(10_000, 1000, 3)).toEqual([1 / 9, 1 / 3, 1]);
  });
});

test('draws are within their ranges, whole where that is asked for', () => {
  const random = createRandom(1, 'draw');
  const space = {
    rank: { from: 8, to: 256, scale: 'log', whole: true },
    decay: { from: 0.5, to: 0.7, scale: 'linear' },
    kind: ['a', 'b'],
  } as const;
  const drawn = Array.from({ length: 300 }, () =>
    drawSettings(space as object, { rank: 1, decay: 1, kind: 'c', fixed: true }, random),
  );
  for (const one of drawn as { rank: number; decay: number; kind: string; fixed: boolean }[]) {
    expect(Number.isInteger(one.rank) && one.rank >= 8 && one.rank <= 256).toBe(true);
    expect(one.decay >= 0.5 && one.decay <= 0.7).toBe(true);
    expect(['a', 'b']).toContain(one.kind);
    expect(one.fixed).toBe(true);
  }
  // Evenly in the logarithm: as many below the geometric mean as above.
  const low = (drawn as { rank: number }[]).filter(({ rank }) => rank < Math.sqrt(8 * 256)).length;
  expect(low / 300).toBeGreaterThan(0.4);
  expect(low / 300).toBeLessThan(0.6);
});

test('a part holds its share of users with their cases; the smaller is within the larger', () => {
  const whole = task(90);
  const [third, most] = [partOf(whole, 1 / 3, 1), partOf(whole, 0.8, 1)];
  const users = (part: Task) => new Set(part.fit.user);
  expect(users(third).size).toBe(30);
  expect(third.cases.map(({ history }) => history.user).every((user) => users(third).has(user))).toBe(true);
  expect(third.cases).toHaveLength(30);
  expect([...users(third)].every((user) => users(most).has(user))).toBe(true);
  expect(partOf(whole, 1, 1).cases).toEqual(whole.cases);
  const unknown = { ...whole, cases: whole.cases.map((one) => ({ ...one, history: { ...one.history, user: -1 } })) };
  expect(partOf(unknown, 1 / 3, 1).cases).toHaveLength(30);
});
