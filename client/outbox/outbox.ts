import { limit } from '../../shared/contract/limit.ts';
import type { FlushReport } from '../command.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';
import { batches, type OutgoingBatch } from './batch.ts';
import { retryDelayMs } from './delay.ts';

/** What the outbox needs of the page. */
export interface OutboxPort {
  /** Rejects when the network fails. `last`: the page is going away and nobody waits for the answer. */
  post(body: string, last: boolean): Promise<{ readonly status: number; readonly retryAfter: string | null }>;
  nowMs(): number;
  random(): number;
  /** @returns a function that cancels */
  after(ms: number, run: () => void): () => void;
  /** Keeps entries beyond the page's life; may fail silently. */
  keep(entries: readonly OutboxEntry[]): void;
  drop(ids: readonly string[]): void;
}

/** Worth another try: the network, an overloaded or failing edge, too many requests. Anything else will not be accepted later either. */
const isPassing = (status: number): boolean => status === 429 || status === 408 || status >= 500;

/**
 * Events on their way to the edge: sent in batches after limit.outboxFlushMs or limit.outboxBatchEvents, kept until acknowledged, at
 * most limit.outboxEvents of them. An event may arrive twice, for instance when the page ends before the answer; its id makes that harmless.
 */
export class Outbox {
  readonly #port: OutboxPort;
  #entries: OutboxEntry[] = [];
  #dropped = 0;
  #failures = 0;
  #cancel: (() => void) | undefined;
  #sending: Promise<number> | undefined;
  /** Ids handed to the browser by `sendLast` whose answer is not known. */
  readonly #leaving = new Set<string>();

  constructor(port: OutboxPort) {
    this.#port = port;
  }

  get pending(): number {
    return this.#entries.length;
  }

  add(entry: OutboxEntry): void {
    this.#port.keep([entry]);
    this.#accept([entry]);
    if (this.#entries.length >= limit.outboxBatchEvents && this.#failures === 0) void this.flush();
  }

  /** Takes over what an earlier page could not send. */
  adopt(entries: readonly OutboxEntry[]): void {
    const known = new Set(this.#entries.map(({ event }) => event.id));
    this.#accept(entries.filter(({ event }) => !known.has(event.id)));
  }

  /** Sends what is there, also before its time. Never rejects. */
  async flush(): Promise<FlushReport> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    const sent = await this.#sending;
    return { sent, pending: this.#entries.length, dropped: this.#dropped };
  }

  /** The page is going away: hands everything to the browser at once and keeps it until a later page hears of its arrival. */
  sendLast(): void {
    // Browsers report both the hiding and the end of a page: once is enough.
    const entries = this.#entries.filter(({ event }) => !this.#leaving.has(event.id));
    for (const batch of batches(entries, this.#port.nowMs())) {
      for (const { event } of batch.entries) this.#leaving.add(event.id);
      void this.#send(batch, true).finally(() => {
        for (const { event } of batch.entries) this.#leaving.delete(event.id);
      });
    }
  }

  /** Forgets everything that has not been sent. */
  clear(): void {
    this.#unschedule();
    this.#entries = [];
  }

  #accept(entries: readonly OutboxEntry[]): void {
    this.#entries.push(...entries);
    const over = this.#entries.splice(0, Math.max(0, this.#entries.length - limit.outboxEvents));
    this.#dropped += over.length;
    if (over.length) this.#port.drop(over.map(({ event }) => event.id));
    if (this.#entries.length) this.#schedule(limit.outboxFlushMs);
  }

  #schedule(ms: number): void {
    this.#cancel ??= this.#port.after(ms, () => {
      this.#cancel = undefined;
      void this.flush();
    });
  }

  #unschedule(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #sendAll(): Promise<number> {
    this.#unschedule();
    let sent = 0;
    for (const batch of batches(this.#entries, this.#port.nowMs())) {
      const { accepted, retryAfter } = await this.#send(batch, false);
      if (accepted === undefined) {
        this.#failures++;
        // In place of what an event that came meanwhile has scheduled.
        this.#unschedule();
        this.#schedule(retryDelayMs(this.#failures, retryAfter, this.#port.nowMs(), this.#port.random()));
        return sent;
      }
      this.#failures = 0;
      sent += accepted;
    }
    if (this.#entries.length) this.#schedule(limit.outboxFlushMs);
    return sent;
  }

  /** @returns `accepted` undefined: try again later */
  async #send({ entries, body }: OutgoingBatch, last: boolean): Promise<{ accepted?: number; retryAfter: string | null }> {
    const answer = await this.#port.post(body, last).catch(() => ({ status: 503, retryAfter: null }));
    if (isPassing(answer.status)) return { retryAfter: answer.retryAfter };
    const accepted = answer.status < 300;
    if (!accepted) this.#dropped += entries.length;
    this.#remove(entries);
    return { accepted: accepted ? entries.length : 0, retryAfter: null };
  }

  #remove(entries: readonly OutboxEntry[]): void {
    const gone = new Set(entries.map(({ event }) => event.id));
    this.#entries = this.#entries.filter(({ event }) => !gone.has(event.id));
    this.#port.drop([...gone]);
  }
}
