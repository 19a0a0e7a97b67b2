import { groupBy, type Interactions } from './interactions.ts';
import type { Shape } from './model.ts';
import { pairsOf } from './sparse.ts';

/** Of pairs of neighbouring interactions of a visitor, the share that must differ in time for the log to count as ordered. */
const orderedShare = 0.01;

/** Users whose interactions lie within such a time, in the median, are sessions. Less than a second: times are mere places in an order. */
const sessionMs = { least: 1000, most: 6 * 3_600_000 };

/** What models want to know of a log before they are fitted. Linear in its interactions. */
export function shapeOf(log: Interactions): Shape {
  const { offsets, indices } = pairsOf(log);
  const seen = new Uint8Array(log.items);
  for (const item of indices) seen[item] = 1;
  let coOccurrences = 0;
  for (let u = 0; u < log.users; u++) coOccurrences += ((offsets[u + 1] as number) - (offsets[u] as number)) ** 2;
  return {
    users: log.users,
    items: log.items,
    interactions: log.n,
    pairs: indices.length,
    itemsSeen: seen.reduce((sum, value) => sum + value, 0),
    coOccurrences,
    ordered: isOrdered(log),
    sessions: areSessions(log),
    valued: log.value?.some((value) => !Number.isNaN(value)) ?? false,
    segments: new Set(log.segment?.filter((segment) => segment >= 0)).size,
  };
}

function isOrdered(log: Interactions): boolean {
  const { offsets, entries } = groupBy(log.user, log.users);
  let neighbours = 0;
  let apart = 0;
  for (let u = 0; u < log.users; u++) {
    for (let at = (offsets[u] as number) + 1; at < (offsets[u + 1] as number); at++) {
      neighbours++;
      if (log.tMs[entries[at] as number] !== log.tMs[entries[at - 1] as number]) apart++;
    }
  }
  return apart > orderedShare * neighbours;
}

export function areSessions(log: Interactions): boolean {
  const { offsets, entries } = groupBy(log.user, log.users);
  const spans: number[] = [];
  for (let u = 0; u < log.users; u++) {
    const [start, end] = [offsets[u] as number, offsets[u + 1] as number];
    if (end - start > 1)
      spans.push((log.tMs[entries[end - 1] as number] as number) - (log.tMs[entries[start] as number] as number));
  }
  const median = spans.sort((a, b) => a - b)[spans.length >> 1] ?? 0;
  return median >= sessionMs.least && median <= sessionMs.most;
}
