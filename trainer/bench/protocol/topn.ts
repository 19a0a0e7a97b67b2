import { historiesOf } from '../../dataset/history.ts';
import { holdOutItems } from '../../dataset/hold-out.ts';
import { ndcgAt, recallAt } from '../../evaluate/metric.ts';
import type { RankingCase } from '../../evaluate/rank.ts';
import type { Task, Validation } from '../../evaluate/task.ts';
import { createIds, type Ids } from './ids.ts';
import type { Protocol } from './protocol.ts';
import { addRow, interactionsOf, noRows, type Rows } from './rows.ts';
import { malformed, readLines } from './tokens.ts';

const k = 20;
const validationShare = 0.2;

/**
 * Top-N over the whole catalogue on files of LightGCN's layout (He et al. 2020): `user item item …`. Recall@20 divides by the number of test items;
 * items of the training part are left out; users without a test item are not asked about.
 * @throws Failure `bad-input` naming the line.
 */
export async function readTopN(files: { readonly train: string; readonly test: string }): Promise<Protocol> {
  const users = createIds();
  const items = createIds();
  const train = await readTrain(files.train, users, items);
  const targets = new Map<number, number[]>();
  await readSets(files.test, users, items, (user, own) => targets.set(user, own));
  const fit = interactionsOf(train, users.size, items.size);
  const historyOf = historiesOf(fit);
  const asked = [...targets].filter(([, own]) => own.length > 0);
  const cases = asked.map(([user, own]) => ({ history: historyOf(user), targets: Int32Array.from(new Set(own)) }));
  return {
    test: task(fit, cases),
    notes: { ranking: 'all items' },
  };
}

/** Within the training part: a fifth of every user's items, at random. */
export async function readTopNValidation(train: string, seed: number): Promise<Validation> {
  const users = createIds();
  const items = createIds();
  const rows = await readTrain(train, users, items);
  const held = holdOutItems(interactionsOf(rows, users.size, items.size), validationShare, seed);
  return { task: task(held.fit, held.cases), objective: 'ndcg20' };
}

const task = (fit: Task['fit'], cases: readonly RankingCase[]): Task => ({
  fit,
  cases,
  items: fit.items,
  k,
  hideHistory: true,
  measure: (placement) => ({ recall20: recallAt(placement, k), ndcg20: ndcgAt(placement, k) }),
});

/** The layout has no time, and the order in a line means nothing: all at once. */
async function readTrain(file: string, users: Ids, items: Ids): Promise<Rows> {
  const rows = noRows();
  await readSets(file, users, items, (user, own) => {
    for (const item of own) addRow(rows, user, item, 0);
  });
  return rows;
}

async function readSets(file: string, users: Ids, items: Ids, visit: (user: number, items: number[]) => void): Promise<void> {
  const lineOf = new Map<string, number>();
  await readLines(file, (line) => {
    const [user = '', ...own] = line.tokens;
    const earlier = lineOf.get(user);
    if (earlier !== undefined)
      throw malformed(line, `user ${user} had line ${earlier} already`, 'one line per user: user item item …');
    lineOf.set(user, line.number);
    visit(
      users.of(user),
      own.map((item) => items.of(item)),
    );
  });
}
