import { limit } from '../../shared/contract/limit.ts';
import type { OnlineEvent } from '../port.ts';

const lateMs = limit.onlineLateSeconds * 1000;
/** The time of an event that is sent again is corrected again, and differs by how long its way took. */
const slackMs = 3_600_000;

/** Tables of a part of the online store. Nothing is made before `open`; until then it is empty, and only `documents` may be asked. Callers bring the transaction. */
export class OnlineTables {
  private readonly sql: SqlStorage;
  /** Number of entities by kind, where it is known. */
  private readonly entities = new Map<string, number>();
  private made: boolean;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    this.made = sql.exec("SELECT name FROM sqlite_master WHERE name = 'forgotten'").toArray().length > 0;
  }

  get isOpen(): boolean {
    return this.made;
  }

  open(): void {
    this.sql.exec(
      'CREATE TABLE entity (kind TEXT, key TEXT, document TEXT NOT NULL, last_ms INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID',
    );
    this.sql.exec('CREATE TABLE seen (id TEXT PRIMARY KEY, t_ms INTEGER NOT NULL) WITHOUT ROWID');
    this.sql.exec('CREATE TABLE session (session TEXT PRIMARY KEY, last_ms INTEGER NOT NULL) WITHOUT ROWID');
    this.sql.exec('CREATE TABLE forgotten (one INTEGER PRIMARY KEY CHECK (one = 1), until_ms INTEGER NOT NULL)');
    this.made = true;
  }

  /** All tables were deleted. */
  close(): void {
    this.made = false;
    this.entities.clear();
  }

  /** Remembers ids of events that were not there. @returns those that are new. */
  remember(events: ReadonlyMap<string, OnlineEvent>): OnlineEvent[] {
    return inChunks([...events.values()]).flatMap((chunk) => {
      const rows = JSON.stringify(chunk.map(({ id, tMs }) => [id, tMs]));
      const fresh = this.sql.exec<{ id: string }>(
        'INSERT OR IGNORE INTO seen (id, t_ms) SELECT value ->> 0, value ->> 1 FROM json_each(?) RETURNING id',
        rows,
      );
      return fresh.toArray().flatMap(({ id }) => events.get(id) ?? []);
    });
  }

  /** Documents by key. A statement for many: to run one costs more than what it does. */
  documents(kind: string, keys: readonly string[]): ReadonlyMap<string, string> {
    if (!this.made) return new Map();
    const rows = inChunks(keys).flatMap((chunk) =>
      this.sql
        .exec<{ key: string; document: string }>(
          'SELECT key, document FROM entity WHERE kind = ? AND key IN (SELECT value FROM json_each(?))',
          kind,
          JSON.stringify(chunk),
        )
        .toArray(),
    );
    return new Map(rows.map(({ key, document }) => [key, document]));
  }

  write(kind: string, rows: readonly (readonly [key: string, document: string])[], nowMs: number): void {
    for (const chunk of inChunks(rows, ([, document]) => document.length))
      this.sql.exec(
        'INSERT OR REPLACE INTO entity (kind, key, document, last_ms) SELECT ?, value ->> 0, value ->> 1, ? FROM json_each(?)',
        kind,
        nowMs,
        JSON.stringify(chunk),
      );
  }

  /** After new entities: keeps those that were active last. Counted anew after each deletion and start; what a failed transaction added counts until then. */
  bound(kind: string, added: number): void {
    if (added === 0) return;
    const most = kind === 'item' ? limit.onlineShardItems : limit.onlineVisitorItems;
    const known = this.entities.get(kind);
    const count = () => this.sql.exec<{ n: number }>('SELECT count(*) AS n FROM entity WHERE kind = ?', kind).one().n;
    const n = known === undefined ? count() : known + added;
    this.entities.set(kind, n);
    if (n <= most) return;
    this.sql.exec(
      'DELETE FROM entity WHERE kind = ?1 AND key IN (SELECT key FROM entity WHERE kind = ?1 ORDER BY last_ms, key LIMIT ?2)',
      kind,
      // A tenth more than needed: the next new entity does not sort again.
      n - most + Math.floor(most / 10),
    );
    this.entities.delete(kind);
  }

  addSessions(sessions: readonly string[], nowMs: number): void {
    for (const session of sessions)
      this.sql.exec('INSERT OR REPLACE INTO session (session, last_ms) VALUES (?, ?)', session, nowMs);
  }

  sessions(): string[] {
    const rows = this.sql.exec<{ session: string }>('SELECT session FROM session').toArray();
    return rows.map(({ session }) => session);
  }

  dropSessions(): void {
    this.sql.exec('DELETE FROM session');
  }

  forgottenUntilMs(): number {
    return this.sql.exec<{ until_ms: number }>('SELECT until_ms FROM forgotten').toArray()[0]?.until_ms ?? 0;
  }

  /** Drops states and ids, and notes up to when. */
  forget(untilMs: number): void {
    this.entities.clear();
    this.sql.exec('DELETE FROM entity');
    this.sql.exec('DELETE FROM seen');
    const until = Math.max(untilMs, this.forgottenUntilMs());
    this.sql.exec('INSERT OR REPLACE INTO forgotten (one, until_ms) VALUES (1, ?)', until);
  }

  /** Drops idle entities, ids of events that are not taken any more, and tombstones that nothing can come after. */
  sweep(nowMs: number): void {
    this.entities.clear();
    const { onlineIdleSeconds: idle, onlineSessionIdleSeconds: sessionIdle } = limit;
    this.sql.exec("DELETE FROM entity WHERE kind <> 'session' AND last_ms < ?", nowMs - idle * 1000);
    this.sql.exec("DELETE FROM entity WHERE kind = 'session' AND last_ms < ?", nowMs - sessionIdle * 1000);
    this.sql.exec('DELETE FROM session WHERE last_ms < ?', nowMs - sessionIdle * 1000 - slackMs);
    this.sql.exec('DELETE FROM seen WHERE t_ms < ?', nowMs - lateMs - slackMs);
    this.sql.exec('DELETE FROM forgotten WHERE until_ms < ?', nowMs - lateMs - slackMs);
  }

  isEmpty(): boolean {
    return ['entity', 'session', 'seen', 'forgotten'].every(
      (table) => this.sql.exec(`SELECT 1 FROM ${table} LIMIT 1`).toArray().length === 0,
    );
  }
}

/** Of one statement: a parameter holds 2 MB. */
const chunkRows = 100;
const chunkCharacters = 400_000;

/** Rows in parts that a statement takes. */
function inChunks<Row>(rows: readonly Row[], charactersOf: (row: Row) => number = () => 0): Row[][] {
  const chunks: Row[][] = [];
  let characters = 0;
  for (const row of rows) {
    const last = chunks.at(-1);
    characters += charactersOf(row);
    if (last && last.length < chunkRows && characters <= chunkCharacters) last.push(row);
    else {
      chunks.push([row]);
      characters = charactersOf(row);
    }
  }
  return chunks;
}
