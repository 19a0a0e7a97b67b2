import { limit } from '../../shared/contract/limit.ts';
import type { DropReason, FlushReport, Kept } from '../command.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';
import { batches, eventBytes, type OutgoingBatch } from './batch.ts';
import { isPassing, retryDelayMs } from './delay.ts';
import type { Answer } from './post.ts';

/** What the outbox needs of the page. */
export interface OutboxPort {
  /** See post.ts. Never rejects. */
  post(body: string, keepalive: boolean): Promise<Answer>;
  nowMs(): number;
  random(): number;
  /** @returns a function that cancels */
  after(ms: number, run: () => void): () => void;
  /** Keeps entries beyond the page's life. Never rejects. */
  keep(entries: readonly OutboxEntry[]): Promise<Kept>;
  drop(ids: readonly string[]): void;
  /** Tells that events were given up. */
  dropped(count: number, reason: DropReason): void;
}

interface Waiting {
  readonly entry: OutboxEntry;
  readonly kept: Promise<Kept>;
  isUnderWay?: boolean;
}

/**
 * Events on their way to the edge: sent in batches after limit.outboxFlushMs or when a batch is full, kept until acknowledged, at most
 * limit.outboxEvents of them. An event may arrive twice where a page ends before the answer; its id makes that harmless.
 */
export class Outbox {
  readonly #port: OutboxPort;
  /** By event id, oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  /** Of events since the last flush. */
  #freshBytes = 0;
  #freshCount = 0;
  #keepaliveBytes = 0;
  #dropped = 0;
  #failures = 0;
  /** Until when the edge asked not to be troubled. */
  #notBeforeMs = 0;
  #cancel: (() => void) | undefined;
  #flushing: Promise<number> | undefined;
  readonly #requests = new Set<Promise<unknown>>();

  constructor(port: OutboxPort) {
    this.#port = port;
  }

  get pending(): number {
    return this.#waiting.size;
  }

  get status(): FlushReport {
    return { sent: 0, pending: this.pending, dropped: this.#dropped };
  }

  add(entry: OutboxEntry): void {
    this.#accept([entry], this.#port.keep([entry]));
    this.#freshBytes += eventBytes(entry);
    this.#freshCount++;
    const isFull = this.#freshCount >= limit.eventBatchCount || this.#freshBytes >= limit.keepaliveBytes;
    if (isFull && this.#failures === 0) void this.flush();
  }

  /** Where an added event is kept; resolves once it is. `none` when it is no longer here. */
  kept(id: string): Promise<Kept> {
    return this.#waiting.get(id)?.kept ?? Promise.resolve('none');
  }

  /** Whether an event is still to be sent. */
  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Takes over what an earlier page could not send, and keeps it under the name of this one. */
  async adopt(entries: readonly OutboxEntry[]): Promise<void> {
    const kept = this.#port.keep(entries);
    this.#accept(entries, kept);
    await kept;
  }

  /** Lets go of what was on the device and is there no longer as this page's: all but these. */
  async retain(ids: ReadonlySet<string>): Promise<void> {
    for (const [id, { kept }] of this.#waiting) if (!ids.has(id) && (await kept) === 'device') this.#waiting.delete(id);
  }

  /** Sends what is there, also before its time. Never rejects. */
  async flush(): Promise<FlushReport> {
    this.#flushing ??= this.#sendAll().finally(() => {
      this.#flushing = undefined;
    });
    const sent = await this.#flushing;
    return { ...this.status, sent };
  }

  /**
   * The page is hidden or going away: hands to the browser at once what outlives the page, and keeps it until its arrival is known.
   * What does not fit waits for this page's next flush, or for a later page.
   */
  sendLast(): void {
    if (this.#port.nowMs() < this.#notBeforeMs) return;
    for (const batch of batches(this.#idle(), this.#port.nowMs())) if (this.#fits(batch)) void this.#send(batch);
  }

  /** Forgets everything that has not been sent; resolves when nothing is under way any more. */
  async clear(): Promise<void> {
    this.#unschedule();
    this.#waiting.clear();
    await Promise.all(this.#requests);
  }

  #idle(): OutboxEntry[] {
    return [...this.#waiting.values()].filter(({ isUnderWay }) => !isUnderWay).map(({ entry }) => entry);
  }

  #accept(entries: readonly OutboxEntry[], kept: Promise<Kept>): void {
    for (const entry of entries) if (!this.#waiting.has(entry.event.id)) this.#waiting.set(entry.event.id, { entry, kept });
    const over = [...this.#waiting.keys()].slice(0, Math.max(0, this.pending - limit.outboxEvents));
    if (over.length) {
      this.#remove(over);
      this.#giveUp(over.length, 'full');
    }
    if (this.pending) this.#schedule(limit.outboxFlushMs);
  }

  #giveUp(count: number, reason: DropReason): void {
    this.#dropped += count;
    this.#port.dropped(count, reason);
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
    this.#freshBytes = 0;
    this.#freshCount = 0;
    const due = new Set(this.#idle());
    let sent = 0;
    for (;;) {
      // Cut anew each time: meanwhile some may have been handed over, or forgotten.
      const [batch] = batches(
        this.#idle().filter((entry) => due.has(entry)),
        this.#port.nowMs(),
      );
      if (!batch) break;
      const { accepted, retryAfter } = await this.#send(batch);
      if (accepted === undefined) {
        // In place of what an event that came meanwhile has scheduled.
        this.#unschedule();
        this.#schedule(retryDelayMs(this.#failures, retryAfter, this.#port.nowMs(), this.#port.random()));
        return sent;
      }
      sent += accepted;
    }
    if (this.pending) this.#schedule(limit.outboxFlushMs);
    return sent;
  }

  #fits({ bytes }: OutgoingBatch): boolean {
    return this.#keepaliveBytes + bytes <= limit.keepaliveBytes;
  }

  /** @returns `accepted` undefined: try again later */
  async #send(batch: OutgoingBatch): Promise<{ accepted?: number; retryAfter: string | null }> {
    const { entries, body, bytes } = batch;
    // Always where there is room, so that the end of the page does not cut it off.
    const keepalive = this.#fits(batch);
    const held = entries.map(({ event }) => this.#waiting.get(event.id));
    for (const waiting of held) if (waiting) waiting.isUnderWay = true;
    if (keepalive) this.#keepaliveBytes += bytes;
    const request = this.#port.post(body, keepalive);
    this.#requests.add(request);
    const { status, retryAfter, rejected } = await request;
    this.#requests.delete(request);
    if (keepalive) this.#keepaliveBytes -= bytes;
    for (const waiting of held) if (waiting) waiting.isUnderWay = false;
    if (isPassing(status)) {
      this.#failures++;
      if (retryAfter) this.#notBeforeMs = this.#port.nowMs() + retryDelayMs(1, retryAfter, this.#port.nowMs(), 0);
      return { retryAfter };
    }
    this.#failures = 0;
    const accepted = status < 300 ? entries.length - rejected : 0;
    this.#remove(entries.map(({ event }) => event.id));
    if (accepted < entries.length) this.#giveUp(entries.length - accepted, 'refused');
    return { accepted, retryAfter: null };
  }

  #remove(ids: readonly string[]): void {
    for (const id of ids) this.#waiting.delete(id);
    this.#port.drop(ids);
  }
}
