import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';
import type { TrendingEvent, TrendingItem } from '../port.ts';

const halfLifeMs = 6 * 3_600_000;
/** An item below this decayed count is forgotten. */
const floorCount = 0.01;
const itemLimit = 5000;
/**
 * An interaction older than this weighs less than floorCount by itself (2^-7 < 0.01) and is not counted; so an id need not be remembered longer than this
 * after the interaction, and is counted once however often and however late it is told.
 */
const interactionLifeMs = 7 * halfLifeMs;
const sweepMs = 3_600_000;
/** Weights grow as 2^(t / half-life) from the landmark; doubles hold 1000 doublings, rebasing keeps far from that. */
const rebaseHalfLives = 200;

/**
 * Decayed interaction counts of one site's items: sum over interactions of 2^(-(now - t) / halfLife).
 *
 * Stored by forward decay (Cormode et al. 2009): weight = sum of 2^((t - landmark) / halfLife) never changes with time, so that
 * an interaction is one row update and the top is one index read; the count now is weight / 2^((now - landmark) / halfLife).
 */
export class TrendingShard extends DurableObject<Env> {
  private readonly sql: SqlStorage;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.sql = state.storage.sql;
    this.sql.exec('CREATE TABLE IF NOT EXISTS item (item TEXT PRIMARY KEY, weight REAL NOT NULL) WITHOUT ROWID');
    this.sql.exec('CREATE INDEX IF NOT EXISTS item_weight ON item (weight DESC)');
    this.sql.exec('CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, t_ms INTEGER NOT NULL) WITHOUT ROWID');
    this.sql.exec('DROP TABLE IF EXISTS batch');
    this.sql.exec('CREATE TABLE IF NOT EXISTS landmark (one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL)');
  }

  /** Adds interactions, each once by its id. */
  async add(events: readonly TrendingEvent[]): Promise<void> {
    const nowMs = Date.now();
    const landmarkMs = this.landmark(nowMs);
    this.ctx.storage.transactionSync(() => {
      for (const { id, item, tMs } of events) {
        const atMs = Math.min(tMs, nowMs);
        if (atMs <= nowMs - interactionLifeMs) continue;
        const fresh = this.sql.exec('INSERT OR IGNORE INTO seen (id, t_ms) VALUES (?, ?)', id, atMs).rowsWritten > 0;
        if (!fresh) continue;
        this.sql.exec(
          'INSERT INTO item (item, weight) VALUES (?, ?) ON CONFLICT (item) DO UPDATE SET weight = weight + excluded.weight',
          item,
          2 ** ((atMs - landmarkMs) / halfLifeMs),
        );
      }
    });
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(nowMs + sweepMs);
  }

  /** The `limit` items with the highest decayed counts, highest first. */
  top(limit: number): TrendingItem[] {
    const nowMs = Date.now();
    const scale = 2 ** ((nowMs - this.landmark(nowMs)) / halfLifeMs);
    const rows = this.sql.exec<{ item: string; weight: number }>(
      'SELECT item, weight FROM item ORDER BY weight DESC, item LIMIT ?',
      limit,
    );
    return rows.toArray().map(({ item, weight }) => ({ item, count: weight / scale }));
  }

  /** Forgets old ids and faded items, and rebases the weights. Goes on while anything is left. */
  override async alarm(): Promise<void> {
    const nowMs = Date.now();
    const landmarkMs = this.landmark(nowMs);
    const scale = 2 ** ((nowMs - landmarkMs) / halfLifeMs);
    this.ctx.storage.transactionSync(() => {
      // An hour more: the time of an event that is sent again is corrected again, and differs by how long its way took.
      this.sql.exec('DELETE FROM seen WHERE t_ms < ?', nowMs - interactionLifeMs - sweepMs);
      this.sql.exec('DELETE FROM item WHERE weight < ?', floorCount * scale);
      this.sql.exec('DELETE FROM item WHERE item IN (SELECT item FROM item ORDER BY weight DESC LIMIT -1 OFFSET ?)', itemLimit);
      if (nowMs - landmarkMs > rebaseHalfLives * halfLifeMs) {
        this.sql.exec('UPDATE item SET weight = weight / ?', scale);
        this.sql.exec('UPDATE landmark SET at_ms = ?', nowMs);
      }
    });
    const { rows } = this.sql
      .exec<{ rows: number }>('SELECT (SELECT count(*) FROM seen) + (SELECT count(*) FROM item) AS rows')
      .one();
    if (rows > 0) await this.ctx.storage.setAlarm(nowMs + sweepMs);
  }

  private landmark(nowMs: number): number {
    const [row] = this.sql.exec<{ at_ms: number }>('SELECT at_ms FROM landmark').toArray();
    if (row) return row.at_ms;
    this.sql.exec('INSERT INTO landmark (one, at_ms) VALUES (1, ?)', nowMs);
    return nowMs;
  }
}
