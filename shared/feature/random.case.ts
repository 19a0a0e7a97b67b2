import type { EventType } from '../contract/event.ts';
import type { ItemId } from '../contract/id.ts';
import { sourceNames } from '../contract/surface.ts';
import { type AggregateSpec, type NumberField, recentIds, type TextField } from './aggregate/spec.ts';
import type { EventAggregate, FeatureDefinition, SeedFeature, ValueRules } from './definition.ts';
import { isOnDevice } from './on-device.ts';
import type { FeatureQuery } from './query.ts';
import type { ReplayEvent, ReplayItem } from './replay.ts';

/** Pseudo-random numbers: a source of them is the caller's, with its seed. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
}

/** A small world: its events in the order of arrival, and questions to it. */
export interface RandomLog {
  readonly items: readonly ReplayItem[];
  readonly events: readonly ReplayEvent[];
  readonly queries: readonly FeatureQuery[];
}

export const vectorDim = 3;
/** Questions to each log. */
export const queriesPerLog = 4;
const hourMs = 3_600_000;
const startMs = Date.UTC(2024, 1, 28);
const categories = ['a', 'b', "c'd", 'é\\'];
const brands = ['x', 'y z'];
const surfaces = ['home', 'search'];
const types = ['impression', 'view', 'click', 'purchase', 'rating'] as const satisfies readonly EventType[];

const chance = (random: Random, share: number) => random.uniform() < share;
const pick = <Value>(random: Random, values: readonly Value[]): Value => values[random.below(values.length)] as Value;
const some = <Value>(random: Random, values: readonly Value[]): Value[] => {
  const chosen = values.filter(() => chance(random, 0.4));
  return chosen.length > 0 ? chosen : [pick(random, values)];
};
const maybe = <Name extends string, Value>(random: Random, share: number, name: Name, value: () => Value) =>
  (chance(random, share) ? { [name]: value() } : {}) as { readonly [key in Name]?: Value };

/** Times at every scale, several of them equal. */
const timeOf = (random: Random) =>
  startMs + random.below(pick(random, [3, 50])) * pick(random, [1, 20, 1000, 60_000, hourMs, 24 * hourMs]) + random.below(2);

/** All ids begin with `name`, so that the logs of one run share no entity. */
export function randomLog(random: Random, name: string): RandomLog {
  const items = Array.from({ length: 1 + random.below(5) }, (_, i): ReplayItem => {
    const own = categories.filter(() => chance(random, 0.4));
    return {
      id: `${name}.i${i}` as ItemId,
      title: pick(random, ['The QUICK fox', 'fox', "l'Été d'or — 2nd", '']),
      categories: chance(random, 0.1) ? [...own, ...own] : own,
      ...maybe(random, 0.7, 'brand', () => pick(random, brands)),
      ...maybe(random, 0.8, 'price', () => random.below(4) * 2.5),
      ...maybe(random, 0.8, 'publishedAtMs', () => timeOf(random)),
      ...maybe(random, 0.5, 'text', () => pick(random, ['a fox, a fox', '日本 fox', '!!'])),
      ...maybe(random, 0.8, 'vector', () => Float32Array.from({ length: vectorDim }, () => random.below(5) - 2)),
    };
  });
  const users = Array.from({ length: 1 + random.below(3) }, (_, u) => `${name}.u${u}`);
  // Now and then of an item that the catalogue does not know.
  const itemOf = () => (chance(random, 0.05) ? `${name}.other` : pick(random, items).id);
  const who = () => ({
    ...maybe(random, 0.95, 'user', () => pick(random, users)),
    ...maybe(random, 0.8, 'session', () => `${name}.s${random.below(3)}`),
    ...maybe(random, 0.7, 'surface', () => pick(random, surfaces)),
    entities: maybe(random, 0.7, 'card', () => `${name}.c${random.below(2)}`) as Record<string, string>,
  });
  const events: ReplayEvent[] = [];
  for (let e = 0, n = random.below(pick(random, [4, 25, 60])); e < n; e++) {
    events.push({
      type: pick(random, types),
      tMs: timeOf(random),
      ...maybe(random, 0.95, 'id', () => `${name}.${random.below(1e6)}.${e}`),
      item: itemOf(),
      ...who(),
      ...maybe(random, 0.7, 'value', () => (chance(random, 0.05) ? Number.POSITIVE_INFINITY : random.below(9) / 2 - 1)),
      ...maybe(random, 0.3, 'quantity', () => random.below(4)),
    });
  }
  if (chance(random, 0.5)) events.sort((a, b) => a.tMs - b.tMs);
  // A retry arrives again, soon or at the end of the log: an entity remembers more ids than that.
  for (const event of events.filter(({ id }) => id !== undefined && chance(random, 0.1)))
    events.splice(events.indexOf(event) + 1 + random.below(pick(random, [5, recentIds])), 0, event);
  const asOf = () =>
    events.length > 0 && chance(random, 0.7) ? pick(random, events).tMs + random.below(2) : timeOf(random) + 10 * hourMs;
  const queries = Array.from({ length: queriesPerLog }, (): FeatureQuery => {
    const entities = who();
    return {
      tMs: asOf(),
      item: itemOf(),
      ...entities,
      ...maybe(random, 0.5, 'position', () => random.below(20)),
      ...maybe(random, 0.5, 'country', () => pick(random, ['DE', 'FR'])),
      ...maybe(random, 0.8, 'device', () => pick(random, ['phone', 'tablet', 'desktop', 'other'] as const)),
      timeZoneMinutes: pick(random, [0, -330, 600]),
      ...maybe(random, 0.7, 'seeds', () => [...new Set(Array.from({ length: random.below(6) }, itemOf))]),
      sources: maybe(random, 0.5, 'popular', () => random.uniform()),
    };
  });
  return { items, events, queries };
}

function randomAggregate(random: Random): AggregateSpec {
  const inSeconds = () => maybe(random, 0.5, 'windowSeconds', () => pick(random, [1, 60, 3600, 86_400, 30 * 86_400]));
  const windowed = () => ({ ...inSeconds(), ...maybe(random, 0.4, 'last', () => pick(random, [1, 2, 3, 7, 50])) });
  const number = () => maybe(random, 0.5, 'of', () => pick<NumberField>(random, ['value', 'quantity', 'price']));
  const kinds: readonly (() => AggregateSpec)[] = [
    () => ({ kind: 'count', ...inSeconds() }),
    () => ({ kind: 'sum', ...number(), ...windowed() }),
    () => ({ kind: 'mean', ...number(), ...windowed(), ...(chance(random, 0.5) ? { prior: 3.3, strength: 2 } : {}) }),
    () => ({ kind: 'max', ...number(), ...windowed() }),
    () => ({ kind: 'min', ...number(), ...windowed() }),
    () => ({ kind: 'rate', of: some(random, types), prior: 0.1, strength: random.below(5), ...inSeconds() }),
    () => ({ kind: 'decayedCount', halfLifeSeconds: pick(random, [0.05, 1, 333.3, 3600, 7 * 86_400, 1e9]) }),
    () => ({
      kind: 'distinct',
      of: pick<TextField>(random, ['item', 'user', 'session', 'surface', 'brand', 'categories', 'entities.card']),
      ...inSeconds(),
    }),
    () => ({ kind: 'last', nth: 1 + random.below(4), ...number(), ...inSeconds() }),
    () =>
      chance(random, 0.5)
        ? { kind: 'share', attribute: 'categories', value: pick(random, categories), ...windowed() }
        : { kind: 'share', attribute: 'brand', value: pick(random, brands), ...windowed() },
    () => ({ kind: 'timeSince' }),
    () => ({ kind: 'velocity', windowSeconds: pick(random, [1, 60, 3600, 86_400]) }),
  ];
  return pick(random, kinds)();
}

function randomHistory(random: Random): FeatureDefinition {
  const last = pick(random, [1, 3, 20]);
  const base = { name: '', entity: 'userItem', placement: 'device', events: some(random, types) } as const;
  const kind = pick(random, ['last', 'mean', 'max'] as const);
  const specs: readonly (() => FeatureDefinition)[] = [
    () => ({
      ...base,
      match: {
        attribute: pick(random, ['categories', 'brand'] as const),
        last,
        ...maybe(random, 0.4, 'windowSeconds', () => pick(random, [60, 86_400])),
      },
    }),
    () => ({ ...base, cosine: kind, last, decay: 0.8 }),
    () => ({ ...base, dot: kind, last }),
    () => ({ ...base, priceDistance: { last } }),
  ];
  return pick(random, specs)();
}

function randomSeeds(random: Random): FeatureDefinition {
  const last = pick(random, [1, 2, 10]);
  const kind = pick(random, ['last', 'mean', 'max'] as const);
  const specs: readonly (() => SeedFeature['seeds'])[] = [
    () => ({ match: pick(random, ['categories', 'brand'] as const), last }),
    () => ({ cosine: kind, last, decay: 0.8 }),
    () => ({ dot: kind, last }),
    () => ({ price: 'distance', last }),
  ];
  return { name: '', entity: 'candidate', placement: 'edge', seeds: pick(random, specs)() };
}

function randomRequest(random: Random): FeatureDefinition {
  const item = { name: '', entity: 'item', placement: 'catalog' } as const;
  const context = { name: '', entity: 'context', placement: 'edge' } as const;
  const specs: readonly (() => FeatureDefinition)[] = [
    () => ({ ...item, attribute: 'price' }),
    () => ({ ...item, attribute: 'categories', oneOf: ['b', "c'd", 'é\\'] }),
    () => ({ ...item, attribute: 'brand', hashBuckets: 7 }),
    () => ({ ...item, attribute: 'categories', hashBuckets: 1000 }),
    () => ({ ...item, attribute: 'categories', has: 'é\\' }),
    () => ({ ...item, attribute: pick(random, ['title', 'text']), hashBuckets: 2, bucket: random.below(2) }),
    () => ({ name: '', entity: 'item', placement: 'edge', age: true }),
    () => ({ name: '', entity: 'candidate', placement: 'edge', source: pick(random, sourceNames) }),
    () => ({ ...context, context: pick(random, ['hour', 'weekday', 'deviceClass', 'position'] as const) }),
    () => ({ ...context, context: 'country', oneOf: ['FR', 'IT'] }),
    () => ({ ...context, context: 'surface', oneOf: ['search'] }),
  ];
  return pick(random, specs)();
}

/** Definitions of every kind, named f0, f1 ... */
export function randomDefinitions(random: Random, count: number): FeatureDefinition[] {
  const definitions: FeatureDefinition[] = [];
  for (let f = 0; f < count; f++) {
    const rules: ValueRules = {
      ...maybe(random, 0.2, 'default', () => random.below(3) - 1),
      ...maybe(random, 0.2, 'transform', () => 'log1p' as const),
    };
    const kind = random.uniform();
    if (kind < 0.1 && f >= 2) {
      const [a, b] = [pick(random, definitions), pick(random, definitions)];
      const placement = a.placement === 'device' || b.placement === 'device' ? 'device' : 'edge';
      const cross = pick(random, ['product', 'ratio', 'difference'] as const);
      definitions.push({ name: `f${f}`, entity: 'cross', cross, of: [a.name, b.name], placement, ...rules });
    } else if (kind < 0.25) definitions.push({ ...randomRequest(random), name: `f${f}`, ...rules });
    else if (kind < 0.5) {
      // A cosine may be negative: it takes no logarithm.
      const history = chance(random, 0.5) ? randomHistory(random) : randomSeeds(random);
      const { transform, ...plain } = rules;
      definitions.push({ ...history, name: `f${f}`, ...plain, ...('match' in history && transform ? { transform } : {}) });
    } else {
      const counted: EventAggregate & ValueRules = {
        aggregate: randomAggregate(random),
        events: some(random, types),
        ...maybe(random, 0.2, 'where', () => ({
          ...maybe(random, 0.5, 'surface', () => pick(random, surfaces)),
          ...maybe(random, 0.5, 'minValue', () => 0.5),
          ...maybe(random, 0.5, 'maxValue', () => 2),
        })),
        ...rules,
        ...maybe(random, 0.2, 'ttlSeconds', () => pick(random, [1, 3600, 86_400])),
      };
      const entities: readonly (() => FeatureDefinition)[] = [
        () => ({ name: `f${f}`, entity: 'item', placement: pick(random, ['catalog', 'edge'] as const), ...counted }),
        () => {
          const of = { name: `f${f}`, entity: pick(random, ['user', 'userItem'] as const) };
          const placement = pick(random, ['edge', 'device'] as const);
          return placement === 'device' && isOnDevice(counted)
            ? { ...of, placement, ...counted }
            : { ...of, placement: 'edge', ...counted };
        },
        () => ({ name: `f${f}`, entity: 'session', placement: 'edge', ...counted }),
        () => ({ name: `f${f}`, entity: 'named', key: 'card', placement: 'edge', ...counted }),
      ];
      definitions.push(pick(random, entities)());
    }
  }
  return definitions;
}
