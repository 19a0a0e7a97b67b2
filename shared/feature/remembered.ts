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

/** Half powers of two. */
const priceBucket = (price: number | undefined) =>
  price !== undefined && price > 0 && Number.isFinite(price) ? Math.floor(2 * Math.log2(price)) : undefined;

/**
 * Reads rows of the table for an item's attributes, [rememberedShape.attributes]: hashed, so that new values need no vocabulary. Remembers what it hashed,
 * for items of a list have few different attributes.
 */
export function attributeReader(): (item: HistoryItem) => number[] {
  const rows = { category: new Map<unknown, number>(), brand: new Map<unknown, number>(), price: new Map<unknown, number>() };
  const hashed = (attribute: keyof typeof rows, value: string | number | undefined): number => {
    if (value === undefined) return 0;
    const known = rows[attribute].get(value);
    if (known !== undefined) return known;
    const row = 1 + (fnv1a(`${attribute}:${value}`) % (attributeRows - 1));
    rows[attribute].set(value, row);
    return row;
  };
  return ({ categories, brand, price }) => {
    const slots = Array.from({ length: mostCategories }, (_, i) => hashed('category', categories[i]));
    return [...slots, hashed('brand', brand), hashed('price', priceBucket(price))];
  };
}

/** Writes the vector at length 1 to `out` from `at`. @returns whether there is one */
function writeUnit({ vector }: HistoryItem, out: Float64Array, at: number): boolean {
  if (!vector) return false;
  let sum = 0;
  for (let d = 0; d < vector.length; d++) sum += (vector[d] as number) ** 2;
  if (!(sum > 0 && Number.isFinite(sum))) return false;
  const scale = 1 / Math.sqrt(sum);
  for (let d = 0; d < vector.length; d++) out[at + d] = (vector[d] as number) * scale;
  return true;
}

/**
 * Cosines of candidates and events into `out`, rows of `count` after the first column; 0 without vectors of one space and dimension. Events of another
 * dimension than the candidate's count as having none.
 */
function writeCosines(candidates: readonly HistoryItem[], past: readonly HistoryItem[], out: Float32Array, count: number): void {
  const dim = candidates.find(({ vector }) => vector)?.vector?.length ?? 0;
  // In fours, so that a number of the candidate is read once for four events: zeros pad.
  const units = new Float64Array((past.length + 3) * dim);
  const has = past.map((item, i) => item.vector?.length === dim && writeUnit(item, units, i * dim));
  const own = new Float64Array(dim);
  for (const [c, candidate] of candidates.entries()) {
    if (candidate.vector?.length !== dim || !writeUnit(candidate, own, 0)) continue;
    const row = c * count + 1;
    const put = (i: number, cosine: number) => {
      if (has[i] && past[i]?.space === candidate.space) out[row + i] = cosine;
    };
    for (let i = 0; i < past.length; i += 4) {
      let [a, b, e, f] = [0, 0, 0, 0];
      for (let d = 0, at = i * dim; d < dim; d++, at++) {
        const x = own[d] as number;
        a += x * (units[at] as number);
        b += x * (units[at + dim] as number);
        e += x * (units[at + 2 * dim] as number);
        f += x * (units[at + 3 * dim] as number);
      }
      put(i, a);
      put(i + 1, b);
      put(i + 2, e);
      put(i + 3, f);
    }
  }
}

/** About 1 after four months; 0 now. */
const ageOf = (tMs: number, nowMs: number): number => Math.log1p(Math.max(0, nowMs - tMs) / 3_600_000) / 8;

/**
 * What a ranker with attention reads of candidates and a visitor's past, as of `nowMs`. The same function runs in the trainer and on the device.
 * @param events oldest first; of them those that `rememberedEvents` takes count.
 * @param attributes an `attributeReader`, or something over it that remembers items.
 */
export function historyInput(
  candidates: readonly HistoryItem[],
  events: readonly Pick<HistoryEntry, 'type' | 'tMs' | 'item'>[],
  nowMs: number,
  attributes: (item: HistoryItem) => readonly number[] = attributeReader(),
): HistoryInput {
  const past = rememberedEvents(events);
  const count = past.length + 1;
  const { attributes: slots, context: width } = rememberedShape;
  const similarity = new Float32Array(candidates.length * count);
  const candidateAttributes = new Float32Array(candidates.length * slots);
  const historyAttributes = new Float32Array(count * slots);
  const historyContext = new Float32Array(count * width);
  for (const [i, { item, tMs, type }] of past.entries()) {
    historyAttributes.set(attributes(item), (i + 1) * slots);
    historyContext[(i + 1) * width] = ageOf(tMs, nowMs);
    historyContext[(i + 1) * width + 1 + eventTypes.indexOf(type)] = 1;
  }
  for (const [c, candidate] of candidates.entries()) candidateAttributes.set(attributes(candidate), c * slots);
  writeCosines(
    candidates,
    past.map(({ item }) => item),
    similarity,
    count,
  );
  return { events: count, similarity, candidateAttributes, historyAttributes, historyContext };
}
