import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventTypes } from '../../contract/event.ts';
import type { ItemId } from '../../contract/id.ts';
import { aggregateArbitrary } from '../arbitrary.case.ts';
import { createAggregate, updateAggregate } from './aggregate.ts';
import { maxCells } from './memory.ts';
import type { AggregateSpec } from './spec.ts';

/** Adds events spread over `spanMs`, each with a value of its own in every field. */
function cellsAfter(aggregate: AggregateSpec, events: number, spanMs: number): number {
  const state = createAggregate();
  let most = 0;
  for (let e = 0; e < events; e++) {
    const text = `v${e}`;
    const item = { id: text as ItemId, categories: [text], brand: text, price: e };
    const texts = { user: text, session: text, surface: text, entities: { card: text, user: text } };
    const event = {
      type: 'click',
      tMs: Math.floor((e * spanMs) / events),
      id: text,
      value: e,
      quantity: 1,
      item,
      ...texts,
    } as const;
    updateAggregate({ aggregate, events: eventTypes }, state, event);
    most = Math.max(most, state.cells.length);
  }
  return most;
}

test('no state outgrows its bound, whatever the number of events', () => {
  fc.assert(
    fc.property(aggregateArbitrary, fc.constantFrom(1000, 60_000, 86_400_000), (aggregate, spanMs) => {
      expect(cellsAfter(aggregate, 600, spanMs)).toBeLessThanOrEqual(maxCells(aggregate));
    }),
    { numRuns: 60 },
  );
});

test.each<AggregateSpec>([
  { kind: 'timeSince' },
  { kind: 'decayedCount', halfLifeSeconds: 10 },
  { kind: 'count' },
  { kind: 'count', windowSeconds: 60 },
  { kind: 'sum', last: 7 },
  { kind: 'last', nth: 3 },
  { kind: 'velocity', windowSeconds: 60 },
  { kind: 'distinct', of: 'item' },
])('$kind comes to its bound: it is no guess', (aggregate) => {
  expect(cellsAfter(aggregate, 600, 60_000)).toBe(maxCells(aggregate));
});
