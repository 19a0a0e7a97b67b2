import { sessionStartMs, weekdayFactors, weekdayOf } from './calendar.ts';
import { type Catalogue, makeCatalogue, type ShopItem } from './catalogue.ts';
import { createPolicy } from './policy.ts';
import type { Random } from './random.ts';
import { Session, type SessionSink, type Shop } from './session.ts';
import { drift, makeVisitor, type Taste, type Visitor } from './taste.ts';

export interface ShopOptions {
  readonly items: number;
  readonly visitors: number;
  readonly days: number;
  /** Midnight UTC of the first day. */
  readonly fromMs: number;
}

/** A visitor's taste as it was at the start of a session. */
export interface TasteTruth {
  readonly user: string;
  readonly session: string;
  readonly tMs: number;
  readonly taste: Taste;
  readonly intent: number;
}

export interface ShopSink extends SessionSink {
  taste(truth: TasteTruth): void;
}

const dayMs = 86_400_000;
/** Share of yesterday's popularity that counts today. */
const popularityMemory = 0.93;
/** Popularity of an item that nobody has looked at yet. */
const popularityFloor = 0.3;

/**
 * Simulates a shop day by day: what the shop shows on a day follows from what was looked at on the days before.
 * @param onDay awaited after each day, so that a signal or a progress line is not kept waiting by the next.
 * @returns the catalogue, with its truth. Events and truths go to `sink`, in no particular order of time.
 */
export async function simulateShop(
  random: Random,
  options: ShopOptions,
  sink: ShopSink,
  onDay: (day: number) => Promise<void>,
): Promise<Catalogue> {
  const catalogue = makeCatalogue(random.fork('catalogue'), options.items, options);
  const makers = random.fork('visitors');
  const visitors = Array.from({ length: options.visitors }, (_, v) => makeVisitor(makers, v, options.days));
  const streams = visitors.map((visitor) => random.fork(visitor.id));
  const popularity = Float64Array.from(catalogue.items, (item) => Math.exp(item.quality));
  const sessions = visitors.map(() => 0);
  for (let day = 0; day < options.days; day++) {
    const dayStartMs = options.fromMs + day * dayMs;
    const available = countArrived(catalogue.items, dayStartMs);
    const weights = popularity.subarray(0, available).map((x) => x + popularityFloor);
    const looked = new Float64Array(options.items);
    const shop: Shop = {
      catalogue,
      available,
      policy: createPolicy(weights),
      interest(item) {
        looked[item] = (looked[item] as number) + 1;
      },
    };
    for (const [v, visitor] of visitors.entries()) {
      const stream = streams[v] as Random;
      for (const tMs of visitsOn(visitor, stream, day, dayStartMs)) {
        const number = (sessions[v] as number) + 1;
        sessions[v] = number;
        visit(shop, visitor, stream, sink, { id: `${visitor.id}-s${String(number).padStart(3, '0')}`, tMs, day });
      }
    }
    for (let i = 0; i < available; i++) popularity[i] = popularityMemory * (popularity[i] as number) + (looked[i] as number);
    await onDay(day);
  }
  return catalogue;
}

function visit(
  shop: Shop,
  visitor: Visitor,
  random: Random,
  sink: ShopSink,
  start: { id: string; tMs: number; day: number },
): void {
  if (visitor.lastDay >= 0) drift(visitor.taste, start.day - visitor.lastDay, random);
  const session = new Session(shop, visitor, random, sink, start);
  sink.taste({ user: visitor.id, session: start.id, tMs: start.tMs, taste: visitor.taste, intent: visitor.intent });
  session.play();
}

/** Starts of a visitor's sessions on a day, at least an hour apart. */
function visitsOn(visitor: Visitor, random: Random, day: number, dayStartMs: number): number[] {
  if (day < visitor.firstDay) return [];
  // A new visitor comes on the day they find the shop.
  const first = day === visitor.firstDay && visitor.firstDay > 0 ? 1 : 0;
  const mean = (visitor.sessionsPerWeek / 7) * (weekdayFactors[weekdayOf(dayStartMs)] as number);
  const starts = Array.from({ length: first + random.poisson(mean) }, () => sessionStartMs(random, dayStartMs)).sort(
    (a, b) => a - b,
  );
  return starts.filter((start, i) => i === 0 || start - (starts[i - 1] as number) > 3_600_000);
}

function countArrived(items: readonly ShopItem[], tMs: number): number {
  const next = items.findIndex((shopItem) => shopItem.item.publishedAtMs > tMs);
  return next < 0 ? items.length : next;
}
