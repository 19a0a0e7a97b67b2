import { type EventType, eventTypes } from '../contract/event.ts';
import type { HistoryInput, HistoryShape } from '../model/history.ts';
import { showsInterest } from '../policy/interest.ts';
import { fnv1a } from './fnv1a.ts';
import type { HistoryEntry, HistoryItem } from './history.ts';

/** Newest events that a ranker looks at. */
const mostEvents = 50;

/** Rows of a ranker's table of attributes: 0 is none. A contract of trainer and device: another number needs another model. */
export const attributeRows = 2048;
const mostCategories = 3;

/** Of an item three categories, a brand and a price bucket; of an event its age, then which of `eventTypes` it is. */
export const rememberedShape: HistoryShape = { attributes: mostCategories + 2, context: 1 + eventTypes.length };

/** The newest events that show interest, in the order given: what a ranker's attention may rest on. */
export function rememberedEvents<Event extends { readonly type: EventType }>(events: readonly Event[]): Event[] {
  return events.filter(({ type }) => showsInterest(type)).slice(-mostEvents);
}

const hashed = (attribute: string, value: string | number | undefined): number =>
  value === undefined ? 0 : 1 + (fnv1a(`${attribute}:${value}`) % (attributeRows - 1));

/** Half powers of two. */
const priceBucket = (price: number | undefined) =>
  price !== undefined && price > 0 && Number.isFinite(price) ? Math.floor(2 * Math.log2(price)) : undefined;

/** Rows of the table for an item's attributes, [rememberedShape.attributes]; hashed, so that new values need no vocabulary. */
export function attributesOf({ categories, brand, price }: HistoryItem): number[] {
  const slots = Array.from({ length: mostCategories }, (_, i) => hashed('category', categories[i]));
  return [...slots, hashed('brand', brand), hashed('price', priceBucket(price))];
}

/** The vector at length 1; undefined without one. */
function unitOf({ vector }: HistoryItem): Float32Array | undefined {
  if (!vector) return undefined;
  let sum = 0;
  for (let d = 0; d < vector.length; d++) sum += (vector[d] as number) ** 2;
  return sum > 0 ? vector.map((x) => x / Math.sqrt(sum)) : undefined;
}

/** About 1 after four months; 0 now. */
const ageOf = (tMs: number, nowMs: number): number => Math.log1p(Math.max(0, nowMs - tMs) / 3_600_000) / 8;

/**
 * What a ranker with attention reads of candidates and a visitor's past, as of `nowMs`. The same function runs in the trainer and on the device.
 * @param events oldest first; of them those that `rememberedEvents` takes count.
 * @param attributes attributesOf, or something that remembers its answers.
 */
export function historyInput(
  candidates: readonly HistoryItem[],
  events: readonly Pick<HistoryEntry, 'type' | 'tMs' | 'item'>[],
  nowMs: number,
  attributes: (item: HistoryItem) => readonly number[] = attributesOf,
): HistoryInput {
  const past = rememberedEvents(events);
  const count = past.length + 1;
  const { attributes: slots, context: width } = rememberedShape;
  const similarity = new Float32Array(candidates.length * count);
  const candidateAttributes = new Float32Array(candidates.length * slots);
  const historyAttributes = new Float32Array(count * slots);
  const historyContext = new Float32Array(count * width);
  const units = past.map(({ item }) => unitOf(item));
  for (const [i, { item, tMs, type }] of past.entries()) {
    historyAttributes.set(attributes(item), (i + 1) * slots);
    historyContext[(i + 1) * width] = ageOf(tMs, nowMs);
    historyContext[(i + 1) * width + 1 + eventTypes.indexOf(type)] = 1;
  }
  for (const [c, candidate] of candidates.entries()) {
    candidateAttributes.set(attributes(candidate), c * slots);
    const own = unitOf(candidate);
    if (!own) continue;
    for (const [i, unit] of units.entries()) {
      if (!unit || unit.length !== own.length || past[i]?.item.space !== candidate.space) continue;
      let sum = 0;
      for (let d = 0; d < own.length; d++) sum += (own[d] as number) * (unit[d] as number);
      similarity[c * count + i + 1] = sum;
    }
  }
  return { events: count, similarity, candidateAttributes, historyAttributes, historyContext };
}
