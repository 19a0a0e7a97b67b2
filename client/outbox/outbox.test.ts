import { beforeEach, describe, expect, it } from 'vitest';
import type { EventBatch } from '../../shared/contract/event.ts';
import type { EventId, ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { DropReason } from '../command.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';
import { Outbox, type OutboxPort } from './outbox.ts';
import type { Answer } from './post.ts';

/** A page in which time passes by hand and the edge answers as told. */
class Page implements OutboxPort {
  now = 1_000_000;
  readonly answers: (number | 'offline' | [number, string] | Promise<Answer>)[] = [];
  /** Of all requests, also unanswered ones. */
  readonly sizes: { readonly bytes: number; readonly keepalive: boolean }[] = [];
  readonly drops: [number, DropReason][] = [];
  readonly received: EventBatch[] = [];
  readonly kept = new Set<string>();
  #timers: { at: number; run: () => void }[] = [];

  async post(body: string, keepalive: boolean): Promise<Answer> {
    this.sizes.push({ bytes: new TextEncoder().encode(body).length, keepalive });
    const answer = this.answers.shift() ?? 202;
    if (answer === 'offline') return { status: 0, retryAfter: null, rejected: 0 };
    if (answer instanceof Promise) return answer;
    const [status, retryAfter] = Array.isArray(answer) ? answer : [answer, null];
    if (status === 202) this.received.push(JSON.parse(body) as EventBatch);
    return { status, retryAfter, rejected: 0 };
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
  async keep(entries: readonly OutboxEntry[]) {
    for (const { event } of entries) this.kept.add(event.id);
    return 'device' as const;
  }
  dropped(count: number, reason: DropReason) {
    this.drops.push([count, reason]);
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
const entry = (id = `e${next++}`, item = 'i'): OutboxEntry => ({
  user: 'u',
  session: 's',
  event: { id: id as EventId, type: 'click', item: item as ItemId, t: 1 },
});
/** Twenty of these are more than a batch holds. */
const large = () => entry(undefined, 'i'.repeat(4000));

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
    for (let i = 0; i < limit.eventBatchCount; i++) outbox.add(entry());
    await page.pass(0);
    expect(page.ids.length).toBe(limit.eventBatchCount);
  });

  it('sends at once when a batch is full by bytes, and no batch is larger than the edge takes', async () => {
    for (let i = 0; i < 30; i++) outbox.add(large());
    await page.pass(0);
    expect(page.ids.length).toBeGreaterThan(15);
    await outbox.flush();
    expect(page.ids.length).toBe(30);
    expect(page.sizes.filter(({ bytes }) => bytes > limit.eventBatchBytes)).toEqual([]);
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
    expect(page.drops).toEqual([[1, 'refused']]);
  });

  it('counts events of an accepted batch that the edge refused', async () => {
    page.answers.push(Promise.resolve({ status: 202, retryAfter: null, rejected: 1 }));
    outbox.add(entry('a'));
    outbox.add(entry('b'));
    expect(await outbox.flush()).toEqual({ sent: 1, pending: 0, dropped: 1 });
    expect(page.kept.size).toBe(0);
  });

  it('holds a bounded number of events: the oldest go, counted, from the page and from what is kept', async () => {
    page.answers.push(...Array.from({ length: 200 }, () => 'offline' as const));
    for (let i = 0; i < limit.outboxEvents + 3; i++) outbox.add(entry(`n${i}`));
    expect(outbox.pending).toBe(limit.outboxEvents);
    expect(page.kept.has('n2')).toBe(false);
    expect(page.kept.has('n3')).toBe(true);
    page.answers.length = 0;
    expect((await outbox.flush()).dropped).toBe(3);
    expect(page.drops).toEqual(Array.from({ length: 3 }, () => [1, 'full']));
  });

  it('adopts what an earlier page left, once', async () => {
    outbox.add(entry('a'));
    await outbox.adopt([entry('a'), entry('old')]);
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

  it('hands over no more than the browser carries beyond the end of a page, and keeps the rest', async () => {
    for (let i = 0; i < 10; i++) outbox.add(large());
    const unanswered = new Promise<Answer>(() => {});
    page.answers.push(...Array.from({ length: 9 }, () => unanswered));
    outbox.sendLast();
    outbox.sendLast();
    expect(page.sizes.length).toBe(1);
    await outbox.adopt(Array.from({ length: 8 }, large));
    outbox.sendLast();
    expect(page.sizes.every(({ keepalive }) => keepalive)).toBe(true);
    expect(page.sizes.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(limit.keepaliveBytes);
    expect(page.kept.size).toBe(18);
  });

  it('does not hand over what is under way already', async () => {
    let answer = (_: Answer) => {};
    page.answers.push(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    outbox.add(entry('a'));
    const flushed = outbox.flush();
    outbox.sendLast();
    expect(page.sizes.length).toBe(1);
    answer({ status: 202, retryAfter: null, rejected: 0 });
    expect((await flushed).sent).toBe(1);
  });

  it('leaves the edge alone as long as it asked for, also when the page goes', async () => {
    page.answers.push([503, '120']);
    outbox.add(entry('a'));
    await outbox.flush();
    outbox.sendLast();
    expect(page.sizes.length).toBe(1);
    expect(page.kept.has('a')).toBe(true);
  });

  it('lets go of what another page has taken over, and of nothing that only this page has', async () => {
    outbox.add(entry('mine'));
    outbox.add(entry('taken'));
    page.keep = async () => 'page' as never;
    outbox.add(entry('unstored'));
    await outbox.retain(new Set(['mine']));
    await outbox.flush();
    expect(page.ids).toEqual(['mine', 'unstored']);
  });

  it('sends nothing after it was cleared, also not the rest of a flush that is under way', async () => {
    let answer = (_: Answer) => {};
    page.answers.push(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    for (let i = 0; i < 30; i++) outbox.add(large());
    const cleared = outbox.clear();
    answer({ status: 503, retryAfter: null, rejected: 0 });
    await cleared;
    expect(page.sizes.length).toBe(1);
    outbox.add(entry());
    await outbox.clear();
    await page.pass(limit.outboxFlushMs * 10);
    expect(page.received).toEqual([]);
  });
});
