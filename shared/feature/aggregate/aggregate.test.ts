import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregateValue, updateAggregate } from './aggregate.ts';
import type { AggregateState } from './kind.ts';
import type { AggregateSpec } from './spec.ts';

interface Event {
  readonly tMs: number;
  readonly value: number;
}

const hourMs = 3_600_000;
type Built = Extract<AggregateSpec, { kind: 'count' | 'decayedCount' | 'mean' | 'timeSince' }>;
const specs: readonly Built[] = [
  { kind: 'count' },
  { kind: 'decayedCount', halfLifeSeconds: 3600 },
  { kind: 'mean', prior: 3, strength: 2 },
  { kind: 'timeSince' },
];

/** The definition, straight from the formula. */
function reference(spec: Built, events: readonly Event[], nowMs: number): number {
  switch (spec.kind) {
    case 'count':
      return events.length;
    case 'decayedCount':
      return events.reduce((sum, { tMs }) => sum + 2 ** (-(nowMs - tMs) / (spec.halfLifeSeconds * 1000)), 0);
    case 'mean': {
      const values = events.map(({ value }) => value).filter((value) => !Number.isNaN(value));
      if (values.length === 0) return Number.NaN;
      return (values.reduce((a, b) => a + b, 0) + 6) / (values.length + 2);
    }
    case 'timeSince':
      return events.length === 0 ? Number.NaN : (nowMs - Math.max(...events.map(({ tMs }) => tMs))) / 1000;
  }
}

function streamed(spec: AggregateSpec, events: readonly Event[]): AggregateState {
  const state: AggregateState = [];
  for (const { tMs, value } of events) updateAggregate(spec, state, tMs, value);
  return state;
}

const event: fc.Arbitrary<Event> = fc.record({
  tMs: fc.integer({ min: 0, max: 50 * hourMs }),
  value: fc.option(fc.integer({ min: -5, max: 5 }), { nil: Number.NaN }),
});
const log = fc.array(event, { maxLength: 30 });

describe.each(specs)('$kind', (spec) => {
  test('streams to what its formula says, in whatever order the events come', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 50 * hourMs, max: 100 * hourMs }), (events, nowMs) => {
        const found = aggregateValue(spec, streamed(spec, events), nowMs);
        const expected = reference(spec, events, nowMs);
        if (Number.isNaN(expected)) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(expected, 9);
      }),
    );
  });

  test('keeps its value through JSON exactly, in the middle of a stream too', () => {
    fc.assert(
      fc.property(log, log, (before, after) => {
        const state = streamed(spec, before);
        const restored = JSON.parse(JSON.stringify(state)) as AggregateState;
        for (const { tMs, value } of after) {
          updateAggregate(spec, state, tMs, value);
          updateAggregate(spec, restored, tMs, value);
        }
        expect(aggregateValue(spec, restored, 60 * hourMs)).toBe(aggregateValue(spec, state, 60 * hourMs));
      }),
    );
  });

  test('holds a few numbers, however many events', () => {
    fc.assert(
      fc.property(log, (events) => {
        expect(streamed(spec, events).length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('counts an event after the time of reading as if it happened then', () => {
    const later = streamed(spec, [{ tMs: 2 * hourMs, value: 1 }]);
    const then = streamed(spec, [{ tMs: hourMs, value: 1 }]);
    expect(aggregateValue(spec, later, hourMs)).toBe(aggregateValue(spec, then, hourMs));
  });
});

test('without events: no event is a count of 0, but no mean and no time', () => {
  expect(specs.map((spec) => aggregateValue(spec, [], 0))).toEqual([0, 0, Number.NaN, Number.NaN]);
});

test('an aggregate that this build does not know is an error', () => {
  const unknown = { kind: 'median' } as unknown as AggregateSpec;
  expect(() => updateAggregate(unknown, [], 0, 0)).toThrow(/unknown aggregate median/);
  expect(() => aggregateValue(unknown, [], 0)).toThrow(/unknown aggregate median/);
});
