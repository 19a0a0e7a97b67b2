import { countBefore, type Interactions } from '../candidate/interactions.ts';
import type { Query } from '../dataset/query.ts';

/** Parts of the questions that are looked at on their own. A question is in one part by its visitor and in one by its item. */
export const segments = ['new visitors', 'light visitors', 'heavy visitors', 'cold items', 'warm items'] as const;
export type Segment = (typeof segments)[number];

/** With fewer interactions in the part that was fitted on, a visitor is new and an item is cold. */
export const fewInteractions = 5;

/**
 * Sorts questions by what the fitted part knew of their visitor and of the item that was chosen. New: fewer than five interactions. Other visitors are light
 * up to the median of those who are asked about, heavy above it. A question with several targets is cold when all of them are.
 */
export function segmentsOf(
  log: Interactions,
  fromMs: number,
  queries: readonly Query[],
): (query: Query) => readonly [Segment, Segment] {
  const n = countBefore(log.tMs, fromMs);
  const ofUser = new Int32Array(log.users);
  const ofItem = new Int32Array(log.items);
  for (let e = 0; e < n; e++) {
    ofUser[log.user[e] as number] = (ofUser[log.user[e] as number] as number) + 1;
    ofItem[log.item[e] as number] = (ofItem[log.item[e] as number] as number) + 1;
  }
  const known = Array.from(new Set(queries.map(({ user }) => user)), (user) => ofUser[user] as number)
    .filter((count) => count >= fewInteractions)
    .sort((a, b) => a - b);
  const median = known[(known.length - 1) >> 1] ?? 0;
  return ({ user, targets }) => {
    const count = ofUser[user] as number;
    const visitor = count < fewInteractions ? 'new visitors' : count <= median ? 'light visitors' : 'heavy visitors';
    return [visitor, targets.every((item) => (ofItem[item] as number) < fewInteractions) ? 'cold items' : 'warm items'];
  };
}
