import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countModel } from '../../evaluate/baseline.ts';
import { figuresOf } from '../../evaluate/measure.ts';
import { readNcf } from './ncf.ts';
import type { Protocol } from './protocol.ts';
import { readRatings } from './ratings.ts';
import { readSequences, readSequencesValidation } from './sequence.ts';
import { readSessions, readSessionsValidation } from './session.ts';
import { readTopN, readTopNValidation } from './topn.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-protocol-'));
});
afterAll(() => rmSync(root, { recursive: true }));

let files = 0;
function file(...lines: string[]): string {
  const path = join(root, `${++files}.txt`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
/** What the number of interactions alone gets. */
const byCount = ({ test: task }: Protocol) => figuresOf(countModel(task.fit), task);
const gain = (place: number) => 1 / Math.log2(place + 2);

describe('ncf', () => {
  // Counts: a 3, b 2, c 2, d 1, e 0.
  const train = () =>
    file('u\ta\t5\t1', 'u\tb\t5\t2', 'v\ta\t5\t3', 'v\tb\t1\t4', 'v\tc\t1\t5', 'w\ta\t1\t6', 'w\tc\t1\t7', 'w\td\t1\t8');

  test('ties count against, candidates are a set, the full rank leaves training items out', async () => {
    const protocol = await readNcf({
      train: train(),
      test: file('u c 4 9', 'v e 4 9'),
      // The first has its own target and a repetition among the negatives.
      negatives: file('(u,c)\tb\tb\tc\td', '(v,e)\td\te'),
    });
    const figures = byCount(protocol);
    // u: c ties with b, so it is second of {b, c, d}. v: e is after d.
    expect(figures.hr10).toBe(1);
    expect(figures.ndcg10).toBeCloseTo(gain(1), 12);
    // u has a and b: c is first of c, d, e. v has a, b, c: e is second of d, e.
    expect(figures.fullHr10).toBe(1);
    expect(figures.fullNdcg10).toBeCloseTo((gain(0) + gain(1)) / 2, 12);
    expect(protocol.notes).toEqual({ ranking: 'given negatives', targetAmongNegatives: 2 });
  });

  test.each([
    ['a rating that is none', ['u a x'], /:1: rating is not a number: x/],
    ['a line without item', ['u a 1 1', 'u'], /:2: there is no item/],
    ['too many columns', ['u a 1 1 1'], /:1: 5 columns/],
  ])('%s is refused with its line', async (_, lines, message) => {
    const negatives = file('(u,a)\tb');
    await expect(readNcf({ train: file(...lines), test: file('u a'), negatives })).rejects.toThrow(message);
  });

  test('a test line without negatives, and negatives without their pair, are refused', async () => {
    const asked = { train: train(), test: file('u c', 'v e') };
    await expect(readNcf({ ...asked, negatives: file('(u,c)\tb') })).rejects.toThrow(/:2: no negatives for \(v,e\)/);
    await expect(readNcf({ ...asked, negatives: file('u\tc\tb') })).rejects.toThrow(/:1: the line begins with u/);
  });
});

describe('topn', () => {
  test('recall divides by all test items; users without any are skipped', async () => {
    // Counts: a 2, b 2, c 1; d and the 25 others 0.
    const others = Array.from({ length: 25 }, (_, i) => `x${i}`);
    const protocol = await readTopN({
      train: file('u a b', 'v a b c', 'w'),
      test: file(`u c ${others.join(' ')}`, 'v', 'w b d'),
    });
    expect(protocol.test.cases).toHaveLength(2);
    const { recall20, ndcg20 } = byCount(protocol);
    // u: c first; of the 25 nothings, tied with d, 18 are found at places 2 to 19. w: b is second, after a, d is nowhere.
    const found = [0, ...Array.from({ length: 18 }, (_, i) => i + 2)];
    const ideal = Array.from({ length: 20 }, (_, place) => gain(place)).reduce((sum, value) => sum + value, 0);
    expect(recall20).toBeCloseTo((19 / 26 + 1 / 2) / 2, 12);
    expect(ndcg20).toBeCloseTo(
      (found.reduce((sum, place) => sum + gain(place), 0) / ideal + gain(1) / (gain(0) + gain(1))) / 2,
      12,
    );
  });

  test('validation stays inside the training part', async () => {
    const lines = Array.from(
      { length: 40 },
      (_, u) => `u${u} ${Array.from({ length: 10 }, (_, i) => `i${(u + i) % 20}`).join(' ')}`,
    );
    const { task: held } = await readTopNValidation(file(...lines), 7);
    const targets = held.cases.reduce((sum, { targets }) => sum + targets.length, 0);
    expect(held.fit.n + targets).toBe(400);
    expect(targets / 400).toBeCloseTo(0.2, 1);
    for (const { history, targets } of held.cases)
      expect([...history.items].filter((item) => targets.includes(item))).toEqual([]);
  });

  test('two lines of one user are refused', async () => {
    await expect(readTopN({ train: file('u a', 'u b'), test: file('u c') })).rejects.toThrow(/:2: user u had line 1 already/);
  });
});

describe('sequence', () => {
  const pairs = ['u a', 'u b', 'u c', 'v b', 'v a', 'v c', 'v d', 'w a', 'w d'];

  test('the last item of users with three or more, from all before it; the layouts say the same', async () => {
    const read = [pairs, ['u a b c', 'v b a c d', 'w a d'], ['a b c', 'b a c d', 'a d', 'b']].map((lines) =>
      readSequences({ data: file(...lines) }),
    );
    const [asPairs, asUsers, asItems] = await Promise.all(read);
    expect([asPairs, asUsers, asItems].map((protocol) => protocol!.notes.layout)).toEqual(['pairs', 'users', 'items']);
    // Fitted on u: a b, v: b a c, w: a d. Counts: a 3, b 2, c 1, d 1. u: c ties with d, second. v: d is first of what is left.
    expect(byCount(asPairs!)).toEqual({ hr10: 1, ndcg10: (gain(1) + gain(0)) / 2 });
    expect(byCount(asUsers!)).toEqual(byCount(asPairs!));
    expect(byCount(asItems!)).toEqual(byCount(asPairs!));
  });

  test('validation asks for the one before the last and never sees the last', async () => {
    const { fit, cases } = (await readSequencesValidation({ data: file(...pairs) })).task;
    expect(cases.map(({ history, targets }) => [history.items.length, targets.length])).toEqual([[2, 1]]);
    expect(fit.n).toBe(2 + 2 + 2);
  });

  test('items of the history are hidden unless they may come again', async () => {
    const data = file('u a b a', 'v b c d');
    expect(byCount(await readSequences({ data })).hr10).toBe(0.5);
    expect(byCount(await readSequences({ data, keepSeen: true })).hr10).toBe(1);
  });

  test('a line of another layout, and nothing to ask, are refused', async () => {
    await expect(readSequences({ data: file('u a', 'u b c'), layout: 'pairs' })).rejects.toThrow(/:2: 3 columns/);
    await expect(readSequences({ data: file('u a b', 'v b') })).rejects.toThrow(/no user has three items or more/);
  });
});

describe('session', () => {
  const train = () => file('SessionId\tTime\tItemId\tCategory', 's\t1\ta\t0', 's\t2\tb\t0', 't\t3\tb\t0', 't\t4.5\tc\t0');

  test('every prefix is asked; unseen items are taken out; items may come again', async () => {
    // The order of time, not of the file; z was never seen; one click is left of session r.
    const protocol = await readSessions({
      train: train(),
      test: file('q\tb\t8', 'q\ta\t6', 'q\tz\t7', 'q\tb\t9', 'r\ta\t1', 'r\tz\t2'),
    });
    expect(protocol.test.cases.map(({ history, targets }) => [...history.items, ...targets].length)).toEqual([2, 3]);
    // Counts: b 2, a 1, c 1. The target is b both times.
    expect(byCount(protocol)).toEqual({ hr20: 1, mrr20: 1 });
    expect(protocol.notes).toEqual({ ranking: 'all items', testSessions: 2, unseenClicks: 2 });
  });

  test('validation asks the sessions that began last', async () => {
    const lines = Array.from({ length: 20 }, (_, s) => [`s${s}\ta\t${s}`, `s${s}\tb\t${s + 5}`]).flat();
    const { fit, cases } = (await readSessionsValidation(file(...lines, 's19\tnew\t30', 's19\ta\t40'))).task;
    expect(fit.n).toBe(36);
    expect(cases.map(({ history, targets }) => [history.items.length, ...targets])).toEqual([
      [1, 1],
      [1, 1],
      [2, 0],
    ]);
  });

  test('ties count against', async () => {
    expect(byCount(await readSessions({ train: train(), test: file('q\tb\t1', 'q\ta\t2') })).mrr20).toBeCloseTo(1 / 3, 12);
  });

  test('times are seconds, milliseconds or ISO dates, with or without a header', async () => {
    const date = (second: number) => new Date(1396000000000 + 1000 * second).toISOString();
    const write = (time: (second: number) => string, ...header: string[]) =>
      file(...header, `q\tb\t${time(2.5)}`, `q\ta\t${time(1.25)}`, `q\tc\t${time(3)}`);
    const seconds = (second: number) => `${1396000000 + second}`;
    for (const test of [
      write(seconds),
      write(date),
      write(date, 'SessionId\tItemId\tTime'),
      write((s) => `${1396000000000 + 1000 * s}`),
    ]) {
      const { cases } = (await readSessions({ train: train(), test })).test;
      expect(cases.map(({ history, targets }) => [...history.items, ...targets])).toEqual([
        [0, 1],
        [0, 1, 2],
      ]);
      expect(cases[1]?.history.nowMs).toBe(1396000003000);
    }
  });

  test('a bad time and a header without a column are refused with their line', async () => {
    await expect(readSessions({ train: file('s\ta\t1', 's\tb\tnoon'), test: train() })).rejects.toThrow(
      /:2: Time is neither a number nor an ISO 8601 date: noon/,
    );
    await expect(readSessions({ train: file('Session\tItemId\tTime', 's\ta\t1'), test: train() })).rejects.toThrow(
      /:1: there is no column SessionId/,
    );
    await expect(readSessions({ train: file('s a 1'), test: train() })).rejects.toThrow(/:1: 1 columns/);
  });
});

describe('ratings', () => {
  test("the recommenders protocol: MAP divides by a user's test items, every rating is relevant, unknown users are not asked", async () => {
    // Counts: a 3, b 2, c 1, d 1.
    const protocol = await readRatings({
      train: file('u\ta\t5\t1', 'u\tb\t3\t2', 'v\ta\t1\t3', 'v\tb\t1\t3', 'v\tc\t1\t3', 'w\ta\t2\t4', 'w\td\t2\t4'),
      test: file('u\td\t1\t9', 'u\tz\t5\t9', 'w\tb\t5\t9', 'w\tc\t5\t9', 'new\ta\t5\t9'),
    });
    const figures = byCount(protocol);
    // u: d is second, after c; z was never seen. w: b first, c second.
    const ideal = gain(0) + gain(1);
    expect(figures.map).toBeCloseTo((1 / 2 / 2 + 1) / 2, 12);
    expect(figures.ndcg10).toBeCloseTo((gain(1) / ideal + 1) / 2, 12);
    expect(figures.precision10).toBeCloseTo((1 / 10 + 2 / 10) / 2, 12);
    expect(figures.recall10).toBeCloseTo((1 / 2 + 1) / 2, 12);
    expect([...protocol.train.value!]).toEqual([5, 3, 1, 1, 1, 2, 2]);
    expect(protocol.held.n).toBe(5);
  });

  test('a rating that is none is refused', async () => {
    await expect(readRatings({ train: file('u a 3', 'u b great'), test: file('u c 1') })).rejects.toThrow(
      /:2: rating is not a number: great/,
    );
    await expect(readRatings({ train: file('u a'), test: file('u c 1') })).rejects.toThrow(/:1: rating is missing/);
  });
});
