import { groupBy, type Interactions } from '../../candidate/interactions.ts';
import { keep } from '../../dataset/history.ts';
import { hitAt, reciprocalRankAt } from '../../evaluate/metric.ts';
import type { RankingCase } from '../../evaluate/rank.ts';
import type { Task, Validation } from '../../evaluate/task.ts';
import { parseTime } from '../../import/time.ts';
import { createIds } from './ids.ts';
import type { Protocol } from './protocol.ts';
import { addRow, interactionsOf, noRows } from './rows.ts';
import { type Line, malformed, readLines } from './tokens.ts';

const k = 20;
const columns = ['SessionId', 'ItemId', 'Time'] as const;
const layout = `${columns.join(', ')}, tabs between`;
const validationShare = 0.1;
/** Times below are seconds (until the year 5138), as in the published files. */
const largestSeconds = 1e11;

/**
 * Next-click prediction in sessions (Hidasi et al. 2016; Ludewig and Jannach 2018): from every prefix of a test session, HR@20 and MRR@20 of the next
 * click among all items of the training part. As published, clicks on items that training never saw are taken out of the test sessions first,
 * and sessions of one click then have nothing to ask. Items may be recommended again.
 * @throws Failure `bad-input` naming the line.
 */
export async function readSessions(files: { readonly train: string; readonly test: string }): Promise<Protocol> {
  const items = createIds();
  const trainSessions = createIds();
  const train = noRows();
  await readClicks(files.train, (session, item, tMs) => addRow(train, trainSessions.of(session), items.of(item), tMs));
  const known = items.size;
  const testSessions = createIds();
  const test = noRows();
  let unseenClicks = 0;
  await readClicks(files.test, (session, item, tMs) => {
    const ordinal = items.find(item);
    if (ordinal === undefined) unseenClicks++;
    else addRow(test, testSessions.of(session), ordinal, tMs);
  });
  const fit = interactionsOf(train, trainSessions.size, known);
  return {
    test: task(fit, prefixes(interactionsOf(test, testSessions.size, known))),
    notes: { ranking: 'all items', testSessions: testSessions.size, unseenClicks },
  };
}

/** Within the training part: the tenth of its sessions that began last. */
export async function readSessionsValidation(train: string): Promise<Validation> {
  const items = createIds();
  const sessions = createIds();
  const rows = noRows();
  await readClicks(train, (session, item, tMs) => addRow(rows, sessions.of(session), items.of(item), tMs));
  return { task: validationOf(interactionsOf(rows, sessions.size, items.size)), objective: 'mrr20' };
}

const task = (fit: Interactions, cases: readonly RankingCase[]): Task => ({
  fit,
  cases,
  items: fit.items,
  k,
  hideHistory: false,
  measure: (placement) => ({ hr20: hitAt(placement, k), mrr20: reciprocalRankAt(placement, k) }),
});

/** Every click but the first of a session, to be told from what came before it. The visitor is nobody whom the fit knows. */
function prefixes(log: Interactions): RankingCase[] {
  const { offsets, entries } = groupBy(log.user, log.users);
  const items = entries.map((entry) => log.item[entry] as number);
  const tMs = Float64Array.from(entries, (entry) => log.tMs[entry] as number);
  const cases: RankingCase[] = [];
  for (let s = 0; s < log.users; s++) {
    const start = offsets[s] as number;
    for (let at = start + 1; at < (offsets[s + 1] as number); at++) {
      const history = { user: -1, items: items.subarray(start, at), tMs: tMs.subarray(start, at), nowMs: tMs[at] as number };
      cases.push({ history, targets: items.subarray(at, at + 1) });
    }
  }
  return cases;
}

/** The sessions that began last are asked about; clicks on items that the others never saw are taken out. */
function validationOf(log: Interactions): Task {
  const began = new Float64Array(log.users).fill(Number.POSITIVE_INFINITY);
  for (let e = 0; e < log.n; e++)
    began[log.user[e] as number] = Math.min(began[log.user[e] as number] as number, log.tMs[e] as number);
  const fromMs = began.toSorted()[Math.floor((1 - validationShare) * log.users)] ?? Number.POSITIVE_INFINITY;
  const isAsked = (entry: number) => (began[log.user[entry] as number] as number) >= fromMs;
  const fit = keep(log, (entry) => !isAsked(entry));
  const seen = new Set(fit.item);
  return task(fit, prefixes(keep(log, (entry) => isAsked(entry) && seen.has(log.item[entry] as number))));
}

/** A first line whose third column is no time is a header, and names the columns; columns beyond the three are left alone. */
async function readClicks(file: string, visit: (session: string, item: string, tMs: number) => void): Promise<void> {
  let at: readonly number[] | undefined;
  await readLines(file, (line) => {
    const cells = line.text.split('\t').map((cell) => cell.trim());
    if (at === undefined) {
      const header = cells.length >= 3 && timeOf(cells[2]) === undefined ? headerOf(line, cells) : undefined;
      at = header ?? [0, 1, 2];
      if (header) return;
    }
    const [session, item, time] = at.map((column) => cells[column]);
    if (!session || !item) throw malformed(line, `${cells.length} columns`, layout);
    const tMs = timeOf(time);
    if (tMs === undefined)
      throw malformed(line, `Time is ${time ? `neither a number nor an ISO 8601 date: ${time}` : 'missing'}`, layout);
    visit(session, item, tMs);
  });
}

/** Milliseconds of a number of seconds or milliseconds, as in preprocessed files, or of an ISO date, as in the raw ones of Yoochoose. */
function timeOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value < largestSeconds ? 1000 * value : value;
  const parsed = parseTime(text, Number.POSITIVE_INFINITY);
  return 'ms' in parsed ? parsed.ms : undefined;
}

function headerOf(line: Line, cells: readonly string[]): number[] {
  const names = cells.map((cell) => cell.toLowerCase());
  return columns.map((column) => {
    const found = names.indexOf(column.toLowerCase());
    if (found < 0) throw malformed(line, `there is no column ${column}`, layout);
    return found;
  });
}
