import { DurableObject } from 'cloudflare:workers';
import { limit } from '../../shared/contract/limit.ts';
import { type EntityPlan, entityKey } from '../../shared/feature/entity.ts';
import type { Env } from '../env.ts';
import type { OnlineEvent, OnlineRead, OnlineReadings, OnlineUpdate } from '../port.ts';
import { addToDocument, kindOf, parseDocument, readDocuments } from './document.ts';

const lateMs = limit.onlineLateSeconds * 1000;
const sweepMs = 86_400_000;
/** The time of an event that is sent again is corrected again, and differs by how long its way took. */
const slackMs = 3_600_000;

/**
 * A part of the online feature store: some items of a site, or one user (with the items that the user met), session or named entity; its name says which.
 *
 * Exactly once in effect: an event's id and what it changes are written in one transaction; ids are remembered for as long as an event is taken
 * (limit.onlineLateSeconds). Nothing is stored before the first event: a read of who was never seen leaves no trace.
 */
export class OnlineState extends DurableObject<Env> {
  private readonly sql: SqlStorage;
  private isOpen: boolean;
  /** Number of entities by kind, where it is known. */
  private readonly entities = new Map<string, number>();

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.sql = state.storage.sql;
    this.isOpen = this.sql.exec("SELECT name FROM sqlite_master WHERE name = 'forgotten'").toArray().length > 0;
  }

  /** See OnlineStore.update. `sessions`: of a visitor, to be forgotten together. */
  async update({ plans, events, nowMs }: OnlineUpdate, sessions: readonly string[]): Promise<number> {
    this.open();
    const untilMs = this.forgottenUntilMs();
    this.ctx.storage.transactionSync(() => {
      const fresh = this.newOf(events, untilMs, nowMs);
      for (const plan of plans) this.addTo(plan, fresh, nowMs);
      if (fresh.length > 0)
        for (const session of sessions)
          this.sql.exec('INSERT OR REPLACE INTO session (session, last_ms) VALUES (?, ?)', session, nowMs);
    });
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + sweepMs);
    return untilMs;
  }

  /** See OnlineStore.read. */
  read(reads: readonly OnlineRead[], nowMs: number): OnlineReadings[] {
    return reads.map(({ plan, keys }) => {
      const stored = this.stored(kindOf(plan.ref), keys);
      return readDocuments(
        plan,
        keys.map((key) => parseDocument(stored.get(key))),
        nowMs,
      );
    });
  }

  /** Drops all states and what was received up to `untilMs` and comes later. @returns the visitor's sessions, until `forgetSessions`. */
  async forget(untilMs: number): Promise<string[]> {
    this.open();
    this.entities.clear();
    this.ctx.storage.transactionSync(() => {
      this.sql.exec('DELETE FROM entity');
      this.sql.exec('DELETE FROM seen');
      const until = Math.max(untilMs, this.forgottenUntilMs());
      this.sql.exec('INSERT OR REPLACE INTO forgotten (one, until_ms) VALUES (1, ?)', until);
    });
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + sweepMs);
    return this.sql
      .exec<{ session: string }>('SELECT session FROM session')
      .toArray()
      .map(({ session }) => session);
  }

  /** The sessions that `forget` named are forgotten. */
  forgetSessions(): void {
    if (this.isOpen) this.sql.exec('DELETE FROM session');
  }

  /** Drops everything. */
  async clear(): Promise<void> {
    this.isOpen = false;
    this.entities.clear();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** Forgets idle entities, ids of events that are not taken any more, and tombstones that nothing can come after. Ends when nothing is left. */
  override async alarm(): Promise<void> {
    if (!this.isOpen) return;
    const nowMs = Date.now();
    this.entities.clear();
    const { onlineIdleSeconds: idle, onlineSessionIdleSeconds: sessionIdle } = limit;
    this.ctx.storage.transactionSync(() => {
      this.sql.exec("DELETE FROM entity WHERE kind <> 'session' AND last_ms < ?", nowMs - idle * 1000);
      this.sql.exec("DELETE FROM entity WHERE kind = 'session' AND last_ms < ?", nowMs - sessionIdle * 1000);
      this.sql.exec('DELETE FROM session WHERE last_ms < ?', nowMs - sessionIdle * 1000 - slackMs);
      this.sql.exec('DELETE FROM seen WHERE t_ms < ?', nowMs - lateMs - slackMs);
      this.sql.exec('DELETE FROM forgotten WHERE until_ms < ?', nowMs - lateMs - slackMs);
    });
    const left = ['entity', 'session', 'seen', 'forgotten'].some(
      (table) => this.sql.exec(`SELECT 1 FROM ${table} LIMIT 1`).toArray().length > 0,
    );
    if (left) await this.ctx.storage.setAlarm(nowMs + sweepMs);
    else await this.clear();
  }

  private open(): void {
    if (this.isOpen) return;
    this.ctx.storage.transactionSync(() => {
      this.sql.exec(
        'CREATE TABLE entity (kind TEXT, key TEXT, document TEXT NOT NULL, last_ms INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID',
      );
      this.sql.exec('CREATE TABLE seen (id TEXT PRIMARY KEY, t_ms INTEGER NOT NULL) WITHOUT ROWID');
      this.sql.exec('CREATE TABLE session (session TEXT PRIMARY KEY, last_ms INTEGER NOT NULL) WITHOUT ROWID');
      this.sql.exec('CREATE TABLE forgotten (one INTEGER PRIMARY KEY CHECK (one = 1), until_ms INTEGER NOT NULL)');
    });
    this.isOpen = true;
  }

  private forgottenUntilMs(): number {
    return this.sql.exec<{ until_ms: number }>('SELECT until_ms FROM forgotten').toArray()[0]?.until_ms ?? 0;
  }

  /** Events that are taken, not later than now; remembers their ids. */
  private newOf(events: readonly OnlineEvent[], untilMs: number, nowMs: number): OnlineEvent[] {
    const taken = new Map<string, OnlineEvent>();
    for (const event of events)
      if (event.receivedMs > untilMs && event.tMs > nowMs - lateMs && !taken.has(event.id))
        taken.set(event.id, clamped(event, nowMs));
    return inChunks([...taken.values()]).flatMap((chunk) => {
      const rows = JSON.stringify(chunk.map(({ id, tMs }) => [id, tMs]));
      const fresh = this.sql.exec<{ id: string }>(
        'INSERT OR IGNORE INTO seen (id, t_ms) SELECT value ->> 0, value ->> 1 FROM json_each(?) RETURNING id',
        rows,
      );
      return fresh.toArray().flatMap(({ id }) => taken.get(id) ?? []);
    });
  }

  /** Documents by key. A statement for many: to run one costs more than what it does. */
  private stored(kind: string, keys: readonly string[]): ReadonlyMap<string, string> {
    if (!this.isOpen) return new Map();
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

  private addTo(plan: EntityPlan, events: readonly OnlineEvent[], nowMs: number): void {
    const kind = kindOf(plan.ref);
    const groups = Map.groupBy(events, (event) => entityKey(plan.ref, event));
    const keys = [...groups.keys()].filter((key) => key !== undefined);
    const stored = this.stored(kind, keys);
    const rows: [key: string, document: string][] = [];
    for (const key of keys) {
      const document = parseDocument(stored.get(key));
      addToDocument(plan, document, groups.get(key) ?? [], nowMs);
      // Events that no feature counts leave no trace.
      if (Object.keys(document.aggregates).length > 0) rows.push([key, JSON.stringify(document)]);
    }
    for (const chunk of inChunks(rows, ([, document]) => document.length))
      this.sql.exec(
        'INSERT OR REPLACE INTO entity (kind, key, document, last_ms) SELECT ?, value ->> 0, value ->> 1, ? FROM json_each(?)',
        kind,
        nowMs,
        JSON.stringify(chunk),
      );
    this.bound(kind, rows.filter(([key]) => !stored.has(key)).length);
  }

  /** After new entities: keeps those that were active last. Counted anew after each deletion and start; what a failed transaction added counts until then. */
  private bound(kind: string, added: number): void {
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

/** A clock ahead of the store's would put an event into the future of who reads. */
const clamped = (event: OnlineEvent, nowMs: number): OnlineEvent => (event.tMs > nowMs ? { ...event, tMs: nowMs } : event);
