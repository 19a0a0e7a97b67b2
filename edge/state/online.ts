import { DurableObject } from 'cloudflare:workers';
import { limit } from '../../shared/contract/limit.ts';
import { type EntityPlan, entityKey } from '../../shared/feature/entity.ts';
import type { Env } from '../env.ts';
import type { OnlineEvent, OnlineRead, OnlineReadings, OnlineUpdate } from '../port.ts';
import { addToDocument, kindOf, parseDocument, readDocuments } from './document.ts';
import { OnlineTables } from './online-tables.ts';

const lateMs = limit.onlineLateSeconds * 1000;
const sweepMs = 86_400_000;

/**
 * A part of the online feature store: some items of a site, or one user (with the items that the user met), session or named entity; its name says which.
 *
 * Exactly once in effect: an event's id and what it changes are written in one transaction; ids are remembered for as long as an event is taken
 * (limit.onlineLateSeconds). Nothing is stored before the first event: a read of who was never seen leaves no trace.
 */
export class OnlineState extends DurableObject<Env> {
  private readonly tables: OnlineTables;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.tables = new OnlineTables(state.storage.sql);
  }

  /** See OnlineStore.update. `sessions`: of a visitor, to be forgotten together. */
  async update({ plans, events, nowMs }: OnlineUpdate, sessions: readonly string[]): Promise<number> {
    this.open();
    const untilMs = this.tables.forgottenUntilMs();
    this.ctx.storage.transactionSync(() => {
      const fresh = this.newOf(events, untilMs, nowMs);
      for (const plan of plans) this.addTo(plan, fresh, nowMs);
      if (fresh.length > 0) this.tables.addSessions(sessions, nowMs);
    });
    await this.wakeLater();
    return untilMs;
  }

  /** See OnlineStore.read. */
  read(reads: readonly OnlineRead[], nowMs: number): OnlineReadings[] {
    return reads.map(({ plan, keys }) => {
      const stored = this.tables.documents(kindOf(plan.ref), keys);
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
    this.ctx.storage.transactionSync(() => this.tables.forget(untilMs));
    await this.wakeLater();
    return this.tables.sessions();
  }

  /** The sessions that `forget` named are forgotten. */
  forgetSessions(): void {
    if (this.tables.isOpen) this.tables.dropSessions();
  }

  /** Drops everything. */
  async clear(): Promise<void> {
    this.tables.close();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** Forgets what is idle or cannot matter any more. Ends when nothing is left. */
  override async alarm(): Promise<void> {
    if (!this.tables.isOpen) return;
    const nowMs = Date.now();
    this.ctx.storage.transactionSync(() => this.tables.sweep(nowMs));
    if (this.tables.isEmpty()) await this.clear();
    else await this.ctx.storage.setAlarm(nowMs + sweepMs);
  }

  private open(): void {
    if (!this.tables.isOpen) this.ctx.storage.transactionSync(() => this.tables.open());
  }

  private async wakeLater(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + sweepMs);
  }

  /** Events that are taken, not later than now; remembers their ids. */
  private newOf(events: readonly OnlineEvent[], untilMs: number, nowMs: number): OnlineEvent[] {
    const taken = new Map<string, OnlineEvent>();
    for (const event of events)
      if (event.receivedMs > untilMs && event.tMs > nowMs - lateMs && !taken.has(event.id))
        taken.set(event.id, clamped(event, nowMs));
    return this.tables.remember(taken);
  }

  private addTo(plan: EntityPlan, events: readonly OnlineEvent[], nowMs: number): void {
    const kind = kindOf(plan.ref);
    const groups = Map.groupBy(events, (event) => entityKey(plan.ref, event));
    const keys = [...groups.keys()].filter((key) => key !== undefined);
    const stored = this.tables.documents(kind, keys);
    const rows: [key: string, document: string][] = [];
    for (const key of keys) {
      const document = parseDocument(stored.get(key));
      addToDocument(plan, document, groups.get(key) ?? [], nowMs);
      // Events that no feature counts leave no trace.
      if (Object.keys(document.aggregates).length > 0) rows.push([key, JSON.stringify(document)]);
    }
    this.tables.write(kind, rows, nowMs);
    this.tables.bound(kind, rows.filter(([key]) => !stored.has(key)).length);
  }
}

/** A clock ahead of the store's would put an event into the future of who reads. */
const clamped = (event: OnlineEvent, nowMs: number): OnlineEvent => (event.tMs > nowMs ? { ...event, tMs: nowMs } : event);
