import { beforeEach, describe, expect, it } from 'vitest';
import type { EventBatch } from '../../shared/contract/event.ts';
import type { EventId, ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';
import { Outbox, type OutboxPort } from './outbox.ts';

/** A page in which time passes by hand and the edge answers as told. */
class Page implements OutboxPort {
  now = 1_000_000;
  readonly answers: (number | 'offline' | [number, string])[] = [];
  readonly received: EventBatch[] = [];
  readonly kept = new Set<string>();
  #timers: { at: number; run: () => void }[] = [];

  async post(body: string) {
    const answer = this.answers.shift() ?? 202;
    if (answer === 'offline') throw new TypeError('Failed to fetch');
    const [status, retryAfter] = Array.isArray(answer) ? answer : [answer, null];
    if (status === 202) this.received.push(JSON.parse(body) as EventBatch);
    return { status, retryAfter };
  }
  nowMs = () => this.now;
  random = () => 0.5;
  after(ms: number, run: () => void) {
    const timer = { at: this.now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
  keep(entries: readonly OutboxEntry[]) {
    for (const { event } of entries) this.kept.add(event.id);
  }
  drop(ids: readonly string[]) {
    for (const id of ids) this.kept.delete(id);
  }
  async pass(ms: number) {
    this.now += ms;
    for (const timer of this.#timers.filter(({ at }) => at <= this.now)) {
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.run();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  get ids() {
    return this.received.flatMap(({ events }) => events.map(({ id }) => id as string));
  }
}

let next = 0;
const entry = (id = `e${next++}`): OutboxEntry => ({
  user: 'u',
  session: 's',
  event: { id: id as EventId, type: 'click', item: 'i' as ItemId, t: 1 },
});

describe('Outbox', () => {
  let page: Page;
  let outbox: Outbox;
  beforeEach(() => {
    page = new Page();
    outbox = new Outbox(page);
  });

  it('sends after limit.outboxFlushMs, in one batch, and forgets what was accepted', async () => {
    outbox.add(entry('a'));
    outbox.add(entry('b'));
    await page.pass(limit.outboxFlushMs - 1);
    expect(page.ids).toEqual([]);
    await page.pass(1);
    expect(page.received.map(({ events }) => events.map(({ id }) => id))).toEqual([['a', 'b']]);
    expect(outbox.pending).toBe(0);
    expect(page.kept.size).toBe(0);
  });

  it('sends at once when a batch is full', async () => {
    for (let i = 0; i < limit.outboxBatchEvents; i++) outbox.add(entry());
    await page.pass(0);
    expect(page.ids.length).toBe(limit.outboxBatchEvents);
  });

  it('keeps events while the network or the edge fails, and delivers each once it is back', async () => {
    page.answers.push('offline', 503, 429);
    outbox.add(entry('a'));
    for (let i = 0; i < 4; i++) await page.pass(60_000);
    expect(page.ids).toEqual(['a']);
    expect(page.kept.size).toBe(0);
  });

  it('waits as long as Retry-After says', async () => {
    page.answers.push([503, '120']);
    outbox.add(entry('a'));
    await page.pass(limit.outboxFlushMs);
    await page.pass(119_000);
    expect(page.ids).toEqual([]);
    await page.pass(1000);
    expect(page.ids).toEqual(['a']);
  });

  it('gives up what the edge refuses, counts it, and goes on with the rest', async () => {
    page.answers.push(400);
    outbox.add(entry('bad'));
    expect(await outbox.flush()).toEqual({ sent: 0, pending: 0, dropped: 1 });
    outbox.add(entry('good'));
    expect(await outbox.flush()).toEqual({ sent: 1, pending: 0, dropped: 1 });
    expect(page.ids).toEqual(['good']);
  });

  it('holds a bounded number of events: the oldest go, counted, from the page and from what is kept', async () => {
    page.answers.push(...Array.from({ length: 200 }, () => 'offline' as const));
    for (let i = 0; i < limit.outboxEvents + 3; i++) outbox.add(entry(`n${i}`));
    expect(outbox.pending).toBe(limit.outboxEvents);
    expect(page.kept.has('n2')).toBe(false);
    expect(page.kept.has('n3')).toBe(true);
    page.answers.length = 0;
    expect((await outbox.flush()).dropped).toBe(3);
  });

  it('adopts what an earlier page left, once', async () => {
    outbox.add(entry('a'));
    outbox.adopt([entry('a'), entry('old')]);
    await outbox.flush();
    expect(page.ids.toSorted()).toEqual(['a', 'old']);
  });

  it('hands everything over when the page goes, and keeps it until it is known to have arrived', async () => {
    page.answers.push('offline');
    outbox.add(entry('a'));
    outbox.sendLast();
    await page.pass(0);
    expect(page.kept.has('a')).toBe(true);
    outbox.sendLast();
    await page.pass(0);
    expect(page.ids).toEqual(['a']);
    expect(page.kept.has('a')).toBe(false);
  });

  it('sends nothing after it was cleared', async () => {
    outbox.add(entry());
    outbox.clear();
    await page.pass(limit.outboxFlushMs * 10);
    expect(page.received).toEqual([]);
  });
});
