import type { Interactions } from '../../candidate/interactions.ts';
import { leaveLastOut } from '../../dataset/hold-out.ts';
import { hitAt, ndcgAt } from '../../evaluate/metric.ts';
import type { Task, Validation } from '../../evaluate/task.ts';
import { Failure } from '../../failure.ts';
import { createIds } from './ids.ts';
import type { Protocol } from './protocol.ts';
import { addRow, interactionsOf, noRows } from './rows.ts';
import { type Line, malformed, readLines } from './tokens.ts';

const k = 10;
export const layouts = ['pairs', 'users', 'items'] as const;
/** `pairs`: a line is `user item`; `users`: a line is `user item item …`; `items`: a line is the items of one user. All in time order. */
export type Layout = (typeof layouts)[number];

export interface SequenceFile {
  readonly data: string;
  /** Found out when not given. */
  readonly layout?: Layout;
  /** Whether items of the history may be recommended again. */
  readonly keepSeen?: boolean;
}

/**
 * Leave-last-out over sequences (Kang and McAuley 2018, "Self-attentive sequential recommendation", but ranking the whole catalogue): fitted on all but
 * each user's last item, asked for the last from all before it. Settings are chosen on the one before the last. Users with fewer than three items are
 * fitted on and not asked about. Items of the history are left out of the lists unless `keepSeen`.
 * @throws Failure `bad-input` naming the line.
 */
export async function readSequences(file: SequenceFile): Promise<Protocol> {
  const { log, layout } = await readLog(file);
  const held = leaveLastOut(log);
  if (held.cases.length === 0)
    throw new Failure(
      'bad-input',
      `${file.data}: no user has three items or more (read as "${layout}")`,
      'Name the layout with --layout.',
    );
  const keepSeen = file.keepSeen ?? false;
  return {
    test: task(held, keepSeen),
    notes: {
      ranking: 'all items',
      layout,
      keepSeen,
      repeatedTargets: held.cases.filter(({ history, targets }) => history.items.includes(targets[0] as number)).length,
    },
  };
}

/** The one before the last of every user; the last is known to nobody. */
export async function readSequencesValidation(file: SequenceFile): Promise<Validation> {
  const { log } = await readLog(file);
  const held = leaveLastOut(leaveLastOut(log).fit);
  return { task: task(held, file.keepSeen ?? false), objective: 'ndcg10' };
}

async function readLog(file: SequenceFile): Promise<{ readonly log: Interactions; readonly layout: Layout }> {
  const lines: Line[] = [];
  await readLines(file.data, (line) => lines.push(line));
  const layout = file.layout ?? layoutOf(lines);
  const users = createIds();
  const items = createIds();
  const rows = noRows();
  const length: number[] = [];
  for (const line of lines) {
    const user = users.of(layout === 'items' ? String(line.number) : (line.tokens[0] as string));
    const own = layout === 'items' ? line.tokens : line.tokens.slice(1);
    if (own.length === 0 || (layout === 'pairs' && own.length > 1))
      throw malformed(line, `${line.tokens.length} columns`, layout === 'pairs' ? 'user item' : 'user item item …');
    for (const item of own) {
      // The layout has no time: the place in the sequence stands for it.
      const place = length[user] ?? 0;
      addRow(rows, user, items.of(item), place);
      length[user] = place + 1;
    }
  }
  return { log: interactionsOf(rows, users.size, items.size), layout };
}

const task = ({ fit, cases }: Pick<Task, 'fit' | 'cases'>, keepSeen: boolean): Task => ({
  fit,
  cases,
  items: fit.items,
  k,
  hideHistory: !keepSeen,
  measure: (placement) => ({ hr10: hitAt(placement, k), ndcg10: ndcgAt(placement, k) }),
});

/** Two columns everywhere and users with several lines: pairs. First columns that never repeat are ids of users, others are items. */
function layoutOf(lines: readonly Line[]): Layout {
  const first = new Set(lines.map(({ tokens }) => tokens[0]));
  const repeats = first.size < lines.length;
  if (lines.every(({ tokens }) => tokens.length === 2) && repeats) return 'pairs';
  return repeats ? 'items' : 'users';
}
