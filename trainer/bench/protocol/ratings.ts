import type { Interactions } from '../../candidate/interactions.ts';
import { historiesOf } from '../../dataset/history.ts';
import { holdOutItems } from '../../dataset/hold-out.ts';
import { averagePrecisionAt, ndcgAt, precisionAt, recallAt } from '../../evaluate/metric.ts';
import type { RankingCase } from '../../evaluate/rank.ts';
import type { Task, Validation } from '../../evaluate/task.ts';
import { createIds, type Ids } from './ids.ts';
import type { Protocol } from './protocol.ts';
import { addRow, interactionsOf, noRows, type Rows } from './rows.ts';
import { malformed, numberOf, readLines } from './tokens.ts';

const layout = 'user item rating [time], tabs or blanks between';
const k = 10;
const validationShare = 0.25;

/** The ranking part as a protocol, and the two parts with their values for a model of ratings. */
export interface RatingsProtocol extends Protocol {
  readonly train: Interactions;
  /** Of the same users and items as `train`. */
  readonly held: Interactions;
}

/**
 * Explicit ratings in the columns of MovieLens' u.data. Ranking by the protocol of recommenders-team/recommenders: every rating counts as relevant, whatever
 * its value; items of the training part that a user has not rated there are ranked; MAP divides by the number of test items of the user (not by 10, as
 * MAP@10 would), gains of NDCG are binary, precision divides by 10. Users without training part are not asked. The protocol splits at random, so what is
 * asked lies before and between what is known: times are checked and left out, or models would take the newest ratings for the best evidence.
 * @throws Failure `bad-input` naming the line.
 */
export async function readRatings(files: { readonly train: string; readonly test: string }): Promise<RatingsProtocol> {
  const users = createIds();
  const items = createIds();
  const train = await readRows(files.train, users, items);
  const known = { users: users.size, items: items.size };
  const held = await readRows(files.test, users, items);
  const fit = interactionsOf(train, users.size, items.size);
  const historyOf = historiesOf(fit);
  const targets = new Map<number, number[]>();
  for (const [row, user] of held.user.entries()) {
    if (user < known.users) targets.set(user, [...(targets.get(user) ?? []), held.item[row] as number]);
  }
  const cases = Array.from(targets, ([user, own]) => ({ history: historyOf(user), targets: Int32Array.from(new Set(own)) }));
  const hidden = Int32Array.from({ length: items.size - known.items }, (_, i) => known.items + i);
  return {
    test: task(fit, cases, hidden),
    notes: { ranking: 'all items', testRatings: held.user.length },
    train: fit,
    held: interactionsOf(held, users.size, items.size),
  };
}

/** Within the training part: a quarter of every user's ratings, at random. */
export async function readRatingsValidation(train: string, seed: number): Promise<Validation> {
  const users = createIds();
  const items = createIds();
  const rows = await readRows(train, users, items);
  const held = holdOutItems(interactionsOf(rows, users.size, items.size), validationShare, seed);
  return { task: task(held.fit, held.cases, new Int32Array(0)), objective: 'ndcg10' };
}

const task = (fit: Interactions, cases: readonly RankingCase[], hidden: Int32Array): Task => ({
  fit,
  cases,
  items: fit.items,
  k,
  hideHistory: true,
  hidden,
  measure: (placement) => ({
    map: averagePrecisionAt(placement, k, placement.relevant),
    ndcg10: ndcgAt(placement, k),
    precision10: precisionAt(placement, k),
    recall10: recallAt(placement, k),
  }),
});

async function readRows(file: string, users: Ids, items: Ids): Promise<Rows> {
  const rows = noRows();
  await readLines(file, (line) => {
    const [user, item, rating, time] = line.tokens;
    if (user === undefined || item === undefined || line.tokens.length > 4)
      throw malformed(line, `${line.tokens.length} columns`, layout);
    const value = numberOf(line, rating, 'rating', layout);
    if (time !== undefined) numberOf(line, time, 'time', layout);
    addRow(rows, users.of(user), items.of(item), 0, value);
  });
  return rows;
}
