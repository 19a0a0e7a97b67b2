import fc from 'fast-check';
import { type EventType, eventTypes } from '../contract/event.ts';
import type { ItemId } from '../contract/id.ts';
import type { AggregateSpec, NumberField } from './aggregate/spec.ts';
import type { AggregateFeature, EventFilter } from './definition.ts';
import type { EventItem, FeatureEvent } from './event.ts';

/** Random definitions and logs for property tests of every executor: small worlds, so that keys, times and windows meet often. */

/** A record whose members may be absent, not undefined. */
const partial = <T>(members: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) => fc.record(members, { requiredKeys: [] });

const types = (max: number) =>
  fc.uniqueArray(fc.constantFrom<EventType>(...eventTypes.slice(0, 5)), { minLength: 1, maxLength: max });
const seconds = fc.constantFrom(1, 7, 60, 3600, 86_400);
const inSeconds = { windowSeconds: seconds };
const windowed = { windowSeconds: seconds, last: fc.constantFrom(1, 2, 5) };
const operand = { of: fc.constantFrom<NumberField>('value', 'quantity', 'price') };
const of = <Kind extends AggregateSpec['kind'], Part>(kind: Kind, part: fc.Arbitrary<Part>) =>
  part.map((rest) => ({ kind, ...rest }));

export const aggregateArbitrary: fc.Arbitrary<AggregateSpec> = fc.oneof(
  of('count', partial(inSeconds)),
  of('sum', partial({ ...operand, ...windowed })),
  of('mean', partial({ ...operand, ...windowed, prior: fc.constant(3.5), strength: fc.constantFrom(0, 2) })),
  of('max', partial({ ...operand, ...windowed })),
  of('min', partial({ ...operand, ...windowed })),
  fc
    .tuple(types(2), partial(inSeconds))
    .map(([numerator, rest]) => ({ kind: 'rate' as const, of: numerator, prior: 0.1, strength: 3, ...rest })),
  of('decayedCount', fc.record({ halfLifeSeconds: fc.constantFrom(0.5, 10, 3600, 86_400) })),
  fc
    .tuple(
      fc.constantFrom('item', 'user', 'session', 'surface', 'categories', 'brand', 'entities.card', 'entities.user'),
      partial(inSeconds),
    )
    .map(([text, rest]) => ({ kind: 'distinct' as const, of: text as 'item', ...rest })),
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), partial({ ...operand, ...inSeconds }))
    .map(([nth, rest]) => ({ kind: 'last' as const, nth, ...rest })),
  fc
    .tuple(
      fc.constantFrom(['categories', 'a'] as const, ['categories', 'b'] as const, ['brand', 'x'] as const),
      partial(windowed),
    )
    .map(([[attribute, value], rest]) => ({ kind: 'share' as const, attribute, value, ...rest })),
  fc.constant({ kind: 'timeSince' as const }),
  of('velocity', fc.record(inSeconds)),
);

const filter: fc.Arbitrary<EventFilter> = partial({
  surface: fc.constantFrom('home', 'similar'),
  minValue: fc.constantFrom(-1, 2),
  maxValue: fc.constantFrom(2, 4),
});

const entity = fc.constantFrom(
  { entity: 'item' as const },
  { entity: 'user' as const },
  { entity: 'session' as const },
  { entity: 'userItem' as const },
  { entity: 'named' as const, key: 'card' },
);

/** Aggregates that the online store keeps. */
export const onlineArbitrary: fc.Arbitrary<AggregateFeature> = fc
  .tuple(entity, aggregateArbitrary, types(4), fc.option(filter, { nil: undefined }))
  .map(([ref, aggregate, events, where]) => ({ ...ref, aggregate, events, ...(where && { where }), placement: 'edge' as const }));

/** A fixed catalogue: items without categories, brand or price, and one that names a category twice. */
export const catalogue: readonly EventItem[] = [
  { id: 'i0' as ItemId, categories: ['a'], brand: 'x', price: 10 },
  { id: 'i1' as ItemId, categories: ['a', 'b'], price: 2.5 },
  { id: 'i2' as ItemId, categories: ['b', 'c', 'a'], brand: 'y' },
  { id: 'i3' as ItemId, categories: [], brand: 'x', price: 99.99 },
  { id: 'i4' as ItemId, categories: ['c', 'c', 'b'] },
];

/** Times within seconds, hours and days of each other, some equal, some on the edges of buckets. */
export const timeArbitrary = fc.oneof(
  fc.integer({ min: 0, max: 3000 }),
  fc.integer({ min: 0, max: 500 }).map((n) => n * 20),
  fc.integer({ min: 0, max: 400 }).map((n) => n * 72_000 * 3 + (n % 3)),
  fc.integer({ min: 0, max: 2 * 86_400_000 }),
);

const eventArbitrary = partial<Omit<FeatureEvent, 'type' | 'tMs' | 'id'>>({
  item: fc.constantFrom(...catalogue),
  user: fc.constantFrom('u0', 'u1'),
  session: fc.constantFrom('s0', 's1', 's2'),
  surface: fc.constantFrom('home', 'similar', 'search'),
  value: fc.constantFrom(-1.5, 0, 1, 2, 3, 4.25, 5),
  quantity: fc.constantFrom(1, 2, 10),
  entities: partial({ card: fc.constantFrom('c0', 'c1'), user: fc.constantFrom('x0', 'x1') }) as fc.Arbitrary<
    Record<string, string>
  >,
});

/** A log in the order of arrival: out of time order, with equal times and with events that arrive twice. Ids do not follow time. */
export const logArbitrary: fc.Arbitrary<readonly FeatureEvent[]> = fc
  .array(fc.tuple(eventArbitrary, fc.constantFrom<EventType>(...eventTypes.slice(0, 5)), timeArbitrary, fc.nat({ max: 30 })), {
    maxLength: 40,
    size: 'max',
  })
  .map((rows) => {
    const log: FeatureEvent[] = [];
    for (const [rest, type, tMs, again] of rows) {
      log.push({ ...rest, type, tMs, id: `e${(log.length * 7919) % 1000}` });
      const earlier = again < 5 ? log[log.length - 1 - again] : undefined;
      if (earlier) log.push(earlier);
    }
    return log;
  });
