import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTypes } from '../contract/event.ts';
import type { ItemId } from '../contract/id.ts';
import { historySizes } from '../model/history.ts';
import type { HistoryItem } from './history.ts';
import { attributeReader, attributeRows, historyInput, rememberedEvents, rememberedShape } from './remembered.ts';
import { similarityOf } from './user-item/similarity.ts';

const vector = fc.option(
  fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -9, max: 9 }) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY) },
    ),
    { minLength: 3, maxLength: 3 },
  ),
  { nil: undefined },
);
const item: fc.Arbitrary<HistoryItem> = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c') as fc.Arbitrary<ItemId>,
    categories: fc.array(fc.string(), { maxLength: 5 }),
    brand: fc.option(fc.string(), { nil: undefined }),
    price: fc.option(fc.double(), { nil: undefined }),
    space: fc.constantFrom('r1', 'r2'),
    vector,
  })
  .map(({ brand, price, vector: values, ...rest }) => ({
    ...rest,
    ...(brand !== undefined && { brand }),
    ...(price !== undefined && { price }),
    ...(values && { vector: Float32Array.from(values) }),
  }));
const event = fc.record({ type: fc.constantFrom(...eventTypes), tMs: fc.integer({ min: 0, max: 1e12 }), item });

describe('what a ranker reads of a history', () => {
  test('has its sizes, begins with nothing, and holds numbers alone', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 6 }), fc.array(event, { maxLength: 70 }), (candidates, events) => {
        const input = historyInput(candidates, events, 1e12);
        expect(input.events).toBe(rememberedEvents(events).length + 1);
        expect(input.events).toBeLessThanOrEqual(51);
        for (const [name, [height, width]] of Object.entries(historySizes(rememberedShape, candidates.length, input.events))) {
          const values = input[name as 'similarity'];
          expect(values).toHaveLength(height * width);
          expect(values.every(Number.isFinite)).toBe(true);
        }
        for (const values of [
          input.historyAttributes.slice(0, rememberedShape.attributes),
          input.historyContext.slice(0, rememberedShape.context),
        ])
          expect(values.every((value) => value === 0)).toBe(true);
        for (const ids of [input.candidateAttributes, input.historyAttributes])
          expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < attributeRows)).toBe(true);
      }),
    );
  });

  test('its similarities are the cosines of the device feature, 0 where there is none', () => {
    fc.assert(
      fc.property(item, fc.array(event, { minLength: 1, maxLength: 8 }), (candidate, events) => {
        const past = rememberedEvents(events);
        const { similarity } = historyInput([candidate], events, 1e12);
        expect(similarity[0]).toBe(0);
        for (const [i, one] of past.entries()) {
          const cosine = similarityOf('last', 1, [one.item], true)(candidate);
          expect(similarity[i + 1]).toBeCloseTo(Number.isNaN(cosine) ? 0 : cosine, 5);
        }
      }),
    );
  });

  test('tells kinds of events and their ages; the last come last', () => {
    const of = (type: 'click' | 'purchase' | 'impression', tMs: number) => ({
      type,
      tMs,
      item: { id: 'a' as ItemId, categories: [] },
    });
    const { events, historyContext } = historyInput(
      [],
      [of('click', 0), of('impression', 1), of('purchase', 3_600_000)],
      7_200_000,
    );
    expect(events).toBe(3);
    const row = (i: number) => historyContext.subarray(i * rememberedShape.context, (i + 1) * rememberedShape.context);
    expect(row(1)[0]).toBeGreaterThan(row(2)[0]!);
    expect(row(1)[1 + eventTypes.indexOf('click')]).toBe(1);
    expect(row(2)[1 + eventTypes.indexOf('purchase')]).toBe(1);
    expect(row(2).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1 + row(2)[0]!);
  });

  test('attributes: a value has the same row wherever it is, a brand another than a category of that name', () => {
    const attributes = (more: Partial<HistoryItem>) => attributeReader()({ id: 'x' as ItemId, categories: [], ...more });
    expect(attributes({})).toEqual([0, 0, 0, 0, 0]);
    const [first, second, third, brand, price] = attributes({ categories: ['b', 'a', 'c', 'd'], brand: 'a', price: 9.9 });
    expect(attributes({ categories: ['a'] })[0]).toBe(second);
    expect(new Set([first, second, third, brand, price]).size).toBe(5);
    expect(attributes({ price: 10.5 })[4]).toBe(price);
    expect(attributes({ price: 100 })[4]).not.toBe(price);
    for (const none of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(attributes({ price: none })[4]).toBe(0);
  });
});
