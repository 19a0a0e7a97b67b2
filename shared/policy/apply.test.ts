import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ItemId } from '../contract/id.ts';
import { applyPolicy, type PolicyInput } from './apply.ts';
import type { PolicyItem } from './rule.ts';

const rules = { excludeSeen: true, categoryShare: 1 };
const nowMs = 1000;
const item = (id: string, category?: string, rest: Partial<PolicyItem> = {}): PolicyItem => ({
  id: id as ItemId,
  categories: category === undefined ? [] : [category, 'other'],
  ...rest,
});

/** Ids of the slate, and id -> rule of what is not in it. */
function slateOf(candidates: readonly PolicyItem[], input: Partial<PolicyInput<PolicyItem>> = {}) {
  const slate = applyPolicy({
    candidates,
    scores: candidates.map((_, i) => -i),
    itemOf: (one) => one,
    rules,
    count: 3,
    nowMs,
    ...input,
  });
  return {
    ids: slate.entries.map(({ candidate }) => candidate.id as string),
    dropped: Object.fromEntries(slate.dropped.map(({ candidate, rule }) => [candidate.id, rule])),
  };
}

test('each rule drops its items and says so', () => {
  const candidates = [
    item('gone', 'a', { available: false }),
    item('future', 'a', { publishedAtMs: nowMs + 1 }),
    item('here'),
    item('bought'),
    item('new', 'a', { publishedAtMs: nowMs, available: true }),
    item('page'),
    item('b'),
    item('c'),
  ];
  const input = { item: 'page' as ItemId, seen: new Set(['bought'] as ItemId[]) };
  expect(slateOf(candidates, input)).toEqual({
    ids: ['here', 'new', 'b'],
    dropped: { gone: 'eligibility', future: 'eligibility', bought: 'seen', page: 'exclude', c: 'count' },
  });
  expect(slateOf(candidates, { ...input, rules: { ...rules, excludeSeen: false } }).ids).toEqual(['here', 'bought', 'new']);
});

test('an item comes once, with its first score', () => {
  const twice = [item('a'), item('b'), item('a')];
  const slate = applyPolicy({ candidates: twice, scores: [3, 2, 1], itemOf: (one) => one, rules, count: 9, nowMs });
  expect(slate.entries.map(({ candidate, score }) => [candidate.id, score])).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
  expect(slate.dropped).toEqual([{ candidate: twice[2], rule: 'dedupe' }]);
});

test('a rule or a look-up that fails drops the item, never the list', () => {
  const broken = Object.defineProperty(item('broken'), 'available', {
    get() {
      throw new Error('broken');
    },
  });
  const found = slateOf([broken, item('a'), item('lost'), item('unknown')], {
    itemOf: (one) => {
      if (one.id === 'lost') throw new Error('lost');
      return one.id === 'unknown' ? undefined : one;
    },
  });
  expect(found).toEqual({ ids: ['a'], dropped: { broken: 'eligibility-failed', lost: 'item-failed', unknown: 'unknown' } });
});

const many = [
  item('d1', 'd'),
  item('d2', 'd'),
  item('d3', 'd'),
  item('d4', 'd'),
  item('c1', 'c'),
  item('x1'),
  item('x2'),
  item('d5', 'd'),
];

test('the category cap moves back what is over it', () => {
  const half = { rules: { ...rules, categoryShare: 0.5 }, count: 4 };
  expect(slateOf(many, half)).toEqual({
    ids: ['d1', 'd2', 'c1', 'x1'],
    dropped: { d3: 'count', d4: 'count', x2: 'count', d5: 'count' },
  });
  expect(slateOf(many, { ...half, depth: 7 })).toEqual({
    ids: ['d1', 'd2', 'c1', 'x1', 'd3', 'd4', 'x2'],
    dropped: { d5: 'count' },
  });
});

test('the category cap gives way rather than leave places empty, and is at least one', () => {
  const tenth = { rules: { ...rules, categoryShare: 0.1 }, count: 6 };
  expect(slateOf(many, tenth).ids).toEqual(['d1', 'c1', 'x1', 'x2', 'd2', 'd3']);
});

const candidate = fc.record({
  id: fc.integer({ min: 0, max: 25 }).map((i) => `i${i}` as ItemId),
  categories: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
  available: fc.boolean(),
});
const input = fc.record({
  candidates: fc.array(candidate, { maxLength: 40 }),
  count: fc.integer({ min: 1, max: 12 }),
  extra: fc.nat({ max: 20 }),
  categoryShare: fc.constantFrom(0.1, 0.25, 0.5, 0.9, 1),
  seen: fc.uniqueArray(candidate.map(({ id }) => id)).map((ids) => new Set(ids)),
});

test('properties: no duplicate, never more than asked, cap held where it can be, order kept otherwise, every candidate accounted for', () => {
  fc.assert(
    fc.property(input, ({ candidates, count, extra, categoryShare, seen }) => {
      const given: PolicyInput<(typeof candidates)[number]> = {
        candidates,
        scores: candidates.map((_, i) => 100 - i),
        itemOf: (one) => one,
        rules: { excludeSeen: true, categoryShare },
        count,
        depth: count + extra,
        nowMs,
        seen,
      };
      const slate = applyPolicy(given);
      expect(applyPolicy(given)).toEqual(slate);

      const chosen = slate.entries.map((entry) => entry.candidate);
      const allowed = candidates.filter((one) => one.available && !seen.has(one.id));
      const survivors = allowed.filter((one, i) => allowed.findIndex(({ id }) => id === one.id) === i);
      expect(new Set(chosen.map(({ id }) => id)).size).toBe(chosen.length);
      expect(chosen.length).toBe(Math.min(count + extra, survivors.length));
      expect(chosen.length + slate.dropped.length).toBe(candidates.length);
      for (const [position, entry] of slate.entries.entries()) {
        expect(entry).toMatchObject({ position, propensity: 1 });
        expect(entry.score).toBe(100 - candidates.indexOf(entry.candidate));
      }

      const cap = categoryShare === 1 ? count : Math.max(1, Math.floor(categoryShare * count));
      const leading = (list: readonly { categories: string[] }[], name: string | undefined) =>
        list.filter(({ categories }) => categories[0] === name).length;
      const room = (name: string | undefined) =>
        name === undefined ? leading(survivors, name) : Math.min(cap, leading(survivors, name));
      const feasible = ['a', 'b', 'c', undefined].reduce((sum, name) => sum + room(name), 0);
      const shown = chosen.slice(0, count);
      if (feasible >= count) for (const name of ['a', 'b', 'c']) expect(leading(shown, name)).toBeLessThanOrEqual(cap);

      const rank = (one: (typeof candidates)[number]) => survivors.indexOf(one);
      const inOrder = (list: typeof candidates) => list.every((one, i) => i === 0 || rank(list[i - 1]!) < rank(one));
      // Behind the capped part, the rest is in order; within a category nothing ever moves.
      expect(inOrder(shown.slice(0, Math.min(count, feasible)))).toBe(true);
      expect(inOrder(shown.slice(Math.min(count, feasible)))).toBe(true);
      expect(inOrder(chosen.slice(count))).toBe(true);
      if (categoryShare === 1) expect(inOrder(chosen)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
