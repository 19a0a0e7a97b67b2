import { describe, expect, test } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import { makeItems, startMs } from '../dataset/fixture.case.ts';
import { createRandom } from '../random.ts';
import { answer, createCatalogue, type Question } from './order.ts';

const items = makeItems(40, 4);
const question = (targets: number[], more: Partial<Question> = {}): Question => ({
  items,
  surface: { name: 'home', sources: [], rules: { excludeSeen: true, categoryShare: 1 }, rerank: true },
  targets: new Set(targets),
  seen: new Set<ItemId>(),
  nowMs: startMs,
  k: 5,
  ...more,
});
const descendingFrom = (n: number) => Float64Array.from({ length: n }, (_, i) => n - i);

describe('answers', () => {
  test('ties count against the model, missing scores are lowest', () => {
    expect(answer(question([7]), [7, 8, 9], [1, 1, 1])).toMatchObject({ slate: [8, 9, 7], places: [2], relevant: 1 });
    expect(answer(question([7]), [7, 8, 9], [Number.NaN, 0, -5]).slate).toEqual([8, 9, 7]);
    expect(answer(question([3, 30]), [3], [1])).toMatchObject({ places: [0], relevant: 2 });
  });

  test('what the policy hides takes no place', () => {
    const seen = new Set([items[8]!.id]);
    expect(answer(question([7], { seen }), [8, 9, 7], [3, 2, 1]).places).toEqual([1]);
  });

  test('the whole catalogue by value: seen and not yet arrived items are passed over, ties of zeros count against', () => {
    const catalogue = createCatalogue(items.map((item, i) => (i === 1 ? { ...item, publishedAtMs: startMs + 1 } : item)));
    const seen = { ids: new Set([items[0]!.id]), ordinals: new Set([0]) };
    const asked = question([2], { seen: seen.ids });
    expect(catalogue.answerByValue(asked, descendingFrom(40), seen.ordinals).slate).toEqual([2, 3, 4, 5, 6]);
    expect(catalogue.answerByValue(asked, new Float64Array(40), seen.ordinals).places).toEqual([]);
    // The call before leaves nothing behind.
    expect(catalogue.answerByValue(question([3]), descendingFrom(40), new Set()).places).toEqual([2]);
  });

  test('a random order finds a target as often as chance says', () => {
    const catalogue = createCatalogue(items);
    const random = createRandom(1, 'order');
    let found = 0;
    for (let i = 0; i < 4000; i++) found += catalogue.answerAtRandom(question([i % 40]), random).places.length;
    expect(found / 4000).toBeGreaterThan(0.11);
    expect(found / 4000).toBeLessThan(0.14);
  });

  test('a random order ends when everything was seen', () => {
    const all = question([1], { seen: new Set(items.map((item) => item.id)) });
    expect(createCatalogue(items).answerAtRandom(all, createRandom(1, 'order')).slate).toEqual([]);
  });
});
