import { historiesOf } from '../../dataset/history.ts';
import { leaveLastOut } from '../../dataset/hold-out.ts';
import { hitAt, ndcgAt } from '../../evaluate/metric.ts';
import type { RankingCase } from '../../evaluate/rank.ts';
import type { Task, Validation } from '../../evaluate/task.ts';
import { createIds, type Ids } from './ids.ts';
import type { Protocol } from './protocol.ts';
import { addRow, interactionsOf, noRows } from './rows.ts';
import { type Line, malformed, numberOf, readLines } from './tokens.ts';

const layout = 'user item [rating] [time], blanks or tabs between';
const negativesLayout = '(user,item), a tab, then items with tabs between';
const k = 10;

/**
 * Leave-one-out with given negatives (He et al. 2017, "Neural collaborative filtering"): HR@10 and NDCG@10 of the held-out item among the negatives of its
 * line. Candidates are a set: the held-out item may be among its own negatives, as for 156 users of the published MovieLens-1M files, and counts
 * once. Beside them the same figures among all items without those of the training part.
 * @throws Failure `bad-input` naming the line.
 */
export async function readNcf(files: {
  readonly train: string;
  readonly test: string;
  readonly negatives: string;
}): Promise<Protocol> {
  const users = createIds();
  const items = createIds();
  const train = noRows();
  await readLines(files.train, (line) => addRow(train, ...rowOf(line, users, items)));
  const asked: { readonly user: number; readonly item: number; readonly key: string; readonly line: Line }[] = [];
  await readLines(files.test, (line) => {
    const [user, item] = rowOf(line, users, items);
    asked.push({ user, item, key: `${line.tokens[0]},${line.tokens[1]}`, line });
  });
  const negatives = await readNegatives(files.negatives, items);
  const fit = interactionsOf(train, users.size, items.size);
  const historyOf = historiesOf(fit);
  let targetAmongNegatives = 0;
  const cases = asked.map(({ user, item, key, line }): RankingCase => {
    const own = negatives.get(key);
    if (!own)
      throw malformed(
        line,
        `no negatives for (${key}) in ${files.negatives}`,
        'a line of negatives for every line of the test file',
      );
    if (own.includes(item)) targetAmongNegatives++;
    return { history: historyOf(user), targets: Int32Array.of(item), candidates: Int32Array.of(...own, item) };
  });
  const full = fullRank(fit, cases);
  const test = {
    ...full,
    cases,
    measure: measureAs('hr10', 'ndcg10'),
    also: { ...full, measure: measureAs('fullHr10', 'fullNdcg10') },
  };
  return {
    test,
    notes: { ranking: 'given negatives', targetAmongNegatives },
  };
}

/** Within the training part: its last interaction of every user among all items, for it has no negatives. */
export async function readNcfValidation(train: string): Promise<Validation> {
  const users = createIds();
  const items = createIds();
  const rows = noRows();
  await readLines(train, (line) => addRow(rows, ...rowOf(line, users, items)));
  const held = leaveLastOut(interactionsOf(rows, users.size, items.size));
  return { task: { ...fullRank(held.fit, held.cases), measure: measureAs('hr10', 'ndcg10') }, objective: 'ndcg10' };
}

const measureAs =
  (hr: string, ndcg: string): Task['measure'] =>
  (placement) => ({ [hr]: hitAt(placement, k), [ndcg]: ndcgAt(placement, k) });

const fullRank = (fit: Task['fit'], cases: readonly RankingCase[]): Omit<Task, 'measure'> => ({
  fit,
  cases: cases.map(({ history, targets }) => ({ history, targets })),
  items: fit.items,
  k,
  hideHistory: true,
});

/** [user, item, time in ms]; without times the order of the file is the order of time. */
function rowOf(line: Line, users: Ids, items: Ids): [number, number, number] {
  const [user, item, rating, time] = line.tokens;
  if (user === undefined || item === undefined) throw malformed(line, 'there is no item', layout);
  if (line.tokens.length > 4) throw malformed(line, `${line.tokens.length} columns`, layout);
  if (rating !== undefined) numberOf(line, rating, 'rating', layout);
  return [users.of(user), items.of(item), time === undefined ? line.number : 1000 * numberOf(line, time, 'time', layout)];
}

/** "user,item" -> ordinals of the negatives. */
async function readNegatives(file: string, items: Ids): Promise<Map<string, number[]>> {
  const negatives = new Map<string, number[]>();
  await readLines(file, (line) => {
    const [pair = '', ...own] = line.tokens;
    const match = /^\(([^,()]+),([^,()]+)\)$/.exec(pair);
    if (!match) throw malformed(line, `the line begins with ${pair}`, negativesLayout);
    if (own.length === 0) throw malformed(line, 'there is no negative', negativesLayout);
    negatives.set(
      `${match[1]},${match[2]}`,
      own.map((item) => items.of(item)),
    );
  });
  return negatives;
}
