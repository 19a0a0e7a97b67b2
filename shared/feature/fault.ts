import { eventTypes } from '../contract/event.ts';
import { limit } from '../contract/limit.ts';
import { sourceNames } from '../contract/surface.ts';
import { type AggregateKind, maxLast } from './aggregate/spec.ts';
import { type Check, type Checks, faultsOf, is, optional } from './check.ts';
import type { EventAggregate } from './definition.ts';
import { notOnDevice } from './on-device.ts';

const kind: Check = is.text;
const name: Check = (value) =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(value)
    ? undefined
    : 'must be a letter followed by up to 63 letters, digits or underscores';
const eventType = is.oneOf('event type', eventTypes);
const attribute = is.oneOf('attribute', ['categories', 'brand']);
const lastCount = is.integer(1, maxLast);
/** Ten years. */
const seconds = is.integer(1, 315_360_000);
const bucketCount = is.integer(1, 1 << 20);
const texts = is.list(is.text);

const windowSeconds = { windowSeconds: optional(seconds) };
const windowed = { ...windowSeconds, last: optional(lastCount) };
const operand = { of: optional(is.oneOf('number', ['value', 'quantity', 'price'])) };
const textFields = ['item', 'user', 'session', 'surface', 'categories', 'brand'];
const textField: Check = (value) =>
  textFields.includes(value as string) ||
  (typeof value === 'string' && name(value.replace(/^entities\./, '')) === undefined && value.startsWith('entities.'))
    ? undefined
    : `has the unknown text ${String(value)}: one of ${textFields.join(', ')}, or entities.<name>`;

const aggregateChecks: Readonly<Record<AggregateKind, Checks>> = {
  count: windowSeconds,
  sum: { ...operand, ...windowed },
  mean: { prior: optional(is.finite), strength: optional(is.notNegative), ...operand, ...windowed },
  max: { ...operand, ...windowed },
  min: { ...operand, ...windowed },
  rate: { of: is.list(eventType), prior: is.finite, strength: is.notNegative, ...windowSeconds },
  decayedCount: { halfLifeSeconds: is.positive },
  distinct: { of: textField, ...windowSeconds },
  last: { nth: lastCount, ...operand, ...windowSeconds },
  share: { attribute, value: is.text, ...windowed },
  timeSince: {},
  velocity: { windowSeconds: seconds },
};

const aggregate: Check = (value) => {
  const found = (value as { readonly kind?: unknown } | null)?.kind;
  if (typeof found !== 'string' || !Object.hasOwn(aggregateChecks, found)) return `is wrong: unknown aggregate ${String(found)}`;
  return is.fields({ kind, ...aggregateChecks[found as AggregateKind] })(value);
};

const filter = is.fields({ surface: optional(is.text), minValue: optional(is.finite), maxValue: optional(is.finite) });
const ofEvents = { aggregate, events: is.list(eventType), where: optional(filter), ttlSeconds: optional(is.positive) };
const ofHistory = { entity: is.oneOf('entity', ['userItem']), events: is.list(eventType), placement: placedAt('device') };
const ofItem = { entity: is.oneOf('entity', ['item']), placement: placedAt('catalog') };
const category = { ...ofItem, attribute };
const similarity = { ...ofHistory, last: lastCount, decay: optional(is.decay) };
const ofSeeds = { last: is.integer(1, limit.seeds) };
const seedSimilarity = { ...ofSeeds, decay: optional(is.decay) };
const summary = is.oneOf('summary', ['last', 'mean', 'max']);
const ofContext = { entity: is.oneOf('entity', ['context']), placement: placedAt('edge') };

function placedAt(...placements: readonly string[]): Check {
  return (value) =>
    placements.includes(value as string)
      ? undefined
      : `must be ${placements.join(' or ')} for a feature of this kind, not ${String(value)}`;
}

const aggregatePlacements: Readonly<Record<string, readonly string[]>> = {
  item: ['catalog', 'edge'],
  user: ['edge', 'device'],
  userItem: ['edge', 'device'],
  session: ['edge'],
  named: ['edge'],
};

/** The fields of a feature of its kind; undefined when it is of no kind. `common` fields may be on all. */
function checksOf(feature: Readonly<Record<string, unknown>>): Checks | undefined {
  const { entity } = feature;
  if ('aggregate' in feature) {
    const checks = { entity: is.oneOf('entity', Object.keys(aggregatePlacements)), ...ofEvents };
    const placements = aggregatePlacements[String(entity)] ?? ['catalog', 'edge', 'device'];
    return { ...checks, placement: placedAt(...placements), ...(entity === 'named' && { key: name }) };
  }
  if ('attribute' in feature) {
    if (feature.attribute === 'price') return { ...ofItem, attribute: kind };
    if ('bucket' in feature) {
      const buckets = Number(feature.hashBuckets);
      return {
        ...ofItem,
        attribute: is.oneOf('attribute', ['title', 'text']),
        hashBuckets: bucketCount,
        bucket: is.integer(0, buckets - 1),
      };
    }
    if ('oneOf' in feature) return { ...category, oneOf: texts };
    return 'has' in feature ? { ...category, has: is.text } : { ...category, hashBuckets: bucketCount };
  }
  if ('context' in feature) {
    const context = is.oneOf('context', ['hour', 'weekday', 'deviceClass', 'country', 'surface', 'position']);
    const isListed = feature.context === 'country' || feature.context === 'surface';
    return { ...ofContext, context, ...(isListed && { oneOf: texts }) };
  }
  if ('cross' in feature) {
    const cross = is.oneOf('cross', ['product', 'ratio', 'difference']);
    return { entity: is.oneOf('entity', ['cross']), cross, of: pair, placement: placedAt('edge', 'device') };
  }
  if ('match' in feature) return { ...ofHistory, match: is.fields({ attribute, last: lastCount, ...windowSeconds }) };
  if ('cosine' in feature) return { ...similarity, cosine: summary };
  if ('dot' in feature) return { ...similarity, dot: summary };
  if ('priceDistance' in feature) return { ...ofHistory, priceDistance: is.fields({ last: lastCount }) };
  if ('seeds' in feature)
    return {
      entity: is.oneOf('entity', ['candidate']),
      seeds: is.fields(seedChecks(feature.seeds)),
      placement: placedAt('edge'),
    };
  if ('age' in feature)
    return { entity: is.oneOf('entity', ['item']), age: is.oneOf('value', [true]), placement: placedAt('edge') };
  if ('source' in feature)
    return { entity: is.oneOf('entity', ['candidate']), source: is.oneOf('source', sourceNames), placement: placedAt('edge') };
  return undefined;
}

/** The fields of what is computed of seeds. */
function seedChecks(seeds: unknown): Checks {
  const has = (field: string) => typeof seeds === 'object' && seeds !== null && field in seeds;
  if (has('match')) return { ...ofSeeds, match: attribute };
  if (has('cosine')) return { ...seedSimilarity, cosine: summary };
  if (has('dot')) return { ...seedSimilarity, dot: summary };
  return { ...ofSeeds, price: is.oneOf('comparison', ['distance']) };
}

const pair: Check = (value) => (Array.isArray(value) && value.length === 2 ? undefined : 'must be two names of features');
const rules = { name, transform: optional(is.oneOf('transform', ['none', 'log1p'])), default: optional(is.finite) };

/** Everything that is wrong with one definition: the types say most of it too, but a definition may come from JSON. */
export function definitionFaults(feature: Readonly<Record<string, unknown>>): string[] {
  const checks = checksOf(feature);
  if (!checks)
    return [
      'is of no kind that is known: it needs aggregate, attribute, age, source, seeds, context, match, cosine, dot, priceDistance or cross',
    ];
  const faults = faultsOf({ ...rules, ...checks }, feature);
  const compares = 'seeds' in feature && typeof feature.seeds === 'object' ? { ...feature.seeds } : feature;
  if (('cosine' in compares || 'dot' in compares) && feature.transform === 'log1p')
    faults.push('a cosine or a product may be negative: no log1p');
  if (faults.length === 0 && feature.placement === 'device' && 'aggregate' in feature)
    for (const field of notOnDevice(feature as unknown as EventAggregate))
      faults.push(
        `${field} is not on the device, which keeps the type, time, item and value of an event: placement must be edge`,
      );
  return faults;
}
