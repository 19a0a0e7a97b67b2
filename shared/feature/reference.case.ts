import type { NumberField, TextField } from './aggregate/spec.ts';
import type { AggregateFeature, EventAggregate } from './definition.ts';
import type { FeatureEvent } from './event.ts';

/**
 * What the definitions say, straight from the words of aggregate/spec.ts and from the whole log: no state, no shared code, no care for speed.
 * The executors are compared with it.
 */

/** The first arrival of each id; events without an id are all different. */
export const withoutDuplicates = (log: readonly FeatureEvent[]): FeatureEvent[] =>
  log.filter((event, i) => event.id === undefined || log.findIndex(({ id }) => id === event.id) === i);

export function isOf(feature: AggregateFeature, key: readonly (string | undefined)[], event: FeatureEvent): boolean {
  const [first, second] = key;
  if (feature.entity === 'item') return event.item?.id === first;
  if (feature.entity === 'user') return event.user === first;
  if (feature.entity === 'session') return event.session === first;
  if (feature.entity === 'userItem') return event.user === first && event.item?.id === second;
  return feature.entity === 'named' && event.entities?.[feature.key] === first;
}

const present = (number: number | undefined): number[] => (number !== undefined && Number.isFinite(number) ? [number] : []);
const numbers = ({ value, quantity, item }: FeatureEvent, of: NumberField = 'value') =>
  present({ value, quantity, price: item?.price }[of]);

function texts(event: FeatureEvent, of: TextField): readonly string[] {
  if (of === 'categories') return [...new Set(event.item?.categories ?? [])];
  const entity = event.entities?.[of.replace('entities.', '')];
  const { user, session, surface, item } = event;
  const text =
    { user, session, surface, item: item?.id, brand: item?.brand }[of as 'user'] ??
    (of.startsWith('entities.') ? entity : undefined);
  return text === undefined ? [] : [text];
}

function passes({ aggregate, events, where = {} }: EventAggregate, event: FeatureEvent): boolean {
  const types = aggregate.kind === 'rate' ? [...events, ...aggregate.of] : events;
  const { surface, minValue, maxValue } = where;
  const [value] = present(event.value);
  return (
    types.includes(event.type) &&
    (surface === undefined || event.surface === surface) &&
    (minValue === undefined || (value !== undefined && value >= minValue)) &&
    (maxValue === undefined || (value !== undefined && value <= maxValue))
  );
}

const bucket = (tMs: number, windowSeconds: number) => Math.floor(tMs / (windowSeconds * 20));
const total = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0);

/** Events before `t` that pass the filter, in the order (tMs, id), by arrival where both are equal. */
const passing = (feature: EventAggregate, own: readonly FeatureEvent[], t: number): FeatureEvent[] =>
  withoutDuplicates(own)
    .filter((event) => event.tMs < t && passes(feature, event))
    .sort((a, b) => a.tMs - b.tMs || Number((a.id ?? '') > (b.id ?? '')) - Number((a.id ?? '') < (b.id ?? '')));

/** Raw value as of `t` over one entity's events in the order of arrival, without a time to live. */
export function referenceValue(feature: EventAggregate, own: readonly FeatureEvent[], t: number): number {
  const { aggregate: spec } = feature;
  const all = passing(feature, own, t);
  const nth = spec.kind === 'last' ? all.at(-spec.nth) : undefined;
  const newest = 'last' in spec && spec.last !== undefined ? all.slice(-spec.last) : all;
  const isInside = ({ tMs }: FeatureEvent) =>
    !('windowSeconds' in spec) || !spec.windowSeconds || bucket(tMs, spec.windowSeconds) > bucket(t, spec.windowSeconds) - 50;
  const events = newest.filter(isInside);
  const operands = 'of' in spec && typeof spec.of === 'string' ? spec.of : undefined;
  const values = () => events.flatMap((event) => numbers(event, operands as NumberField | undefined));
  switch (spec.kind) {
    case 'count':
      return events.length;
    case 'sum':
      return total(values());
    case 'mean':
      return values().length
        ? (total(values()) + (spec.prior ?? 0) * (spec.strength ?? 0)) / (values().length + (spec.strength ?? 0))
        : Number.NaN;
    case 'max':
      return values().length ? Math.max(...values()) : Number.NaN;
    case 'min':
      return values().length ? Math.min(...values()) : Number.NaN;
    case 'rate': {
      const a = events.filter(({ type }) => spec.of.includes(type)).length;
      const b = events.filter(({ type }) => feature.events.includes(type)).length;
      return b ? (a + spec.prior * spec.strength) / (b + spec.strength) : Number.NaN;
    }
    case 'decayedCount':
      return total(events.map(({ tMs }) => 0.5 ** ((t - tMs) / (spec.halfLifeSeconds * 1000))));
    case 'distinct':
      return Math.min(256, new Set(events.flatMap((event) => texts(event, spec.of))).size);
    case 'last':
      return nth && isInside(nth) ? (numbers(nth, spec.of)[0] ?? Number.NaN) : Number.NaN;
    case 'share': {
      const lists = events.map((event) => texts(event, spec.attribute)).filter((list) => list.length > 0);
      return lists.length
        ? total(lists.map((list) => (list.includes(spec.value) ? 1 / list.length : 0))) / lists.length
        : Number.NaN;
    }
    case 'timeSince':
      return events.length ? (t - Math.max(...events.map(({ tMs }) => tMs))) / 1000 : Number.NaN;
    case 'velocity':
      return Math.min(256, all.filter(({ tMs }) => tMs >= t - spec.windowSeconds * 1000).length);
  }
}

/** Age in ms of the newest event that passes the filter; NaN without any. */
export const referenceAgeMs = (feature: EventAggregate, own: readonly FeatureEvent[], t: number): number =>
  t - (passing(feature, own, t).at(-1)?.tMs ?? Number.NaN);
