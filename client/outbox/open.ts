import { limit } from '../../shared/contract/limit.ts';
import type { DropReason, Kept } from '../command.ts';
import type { Connection } from '../rerank/connect.ts';
import type { Settings } from '../settings.ts';
import { storeName } from '../store/name.ts';
import { adoptOrphans } from './adopt.ts';
import { Outbox, type OutboxPort } from './outbox.ts';
import { postSimple } from './post.ts';
import { Tab } from './tab.ts';

/** Milliseconds that the worker has to keep or drop entries. */
const storeMs = 5000;

export { forgetAtEdge } from './forget.ts';

/** The outbox of this page: its way to the network, the clock, the store and the other tabs. Loaded when there is something to report. */
export function openOutbox(settings: Settings, worker: Connection): Outbox {
  const tab = new Tab(settings.site);
  const read = () => worker.call(limit.workerReadyMs, (remote) => remote.store.outboxAll());
  const port: OutboxPort = {
    post: (body, keepalive) => postSimple(settings, 'events', body, keepalive),
    nowMs: Date.now,
    random: Math.random,
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    async keep(entries): Promise<Kept> {
      try {
        await tab.hold();
        // What was forgotten meanwhile is not written.
        const own = entries.filter(({ event }) => outbox.has(event.id)).map((entry) => ({ ...entry, tab: tab.id }));
        if (!own.length) return 'none';
        return (await worker.call(storeMs, (remote) => remote.store.outboxAdd(own))) ? 'device' : 'page';
      } catch {
        return 'page';
      }
    },
    async drop(ids) {
      try {
        await tab.hold();
        await worker.call(storeMs, (remote) => remote.store.outboxRemove(ids));
      } catch {
        // They are sent again by a later page, with the same ids.
      }
      if (!outbox.pending) tab.release();
    },
    dropped: (count: number, reason: DropReason) =>
      void document.dispatchEvent(new CustomEvent('vitrine:drop', { detail: { count, reason } })),
  };
  const outbox = new Outbox(port);
  const adopt = () => adoptOrphans(outbox, tab, read).catch(() => {});
  void adopt();
  addEventListener('pagehide', () => tab.release());
  // Another tab has forgotten the visitor: what this one has not sent is gone too.
  addEventListener('storage', ({ key, newValue }) => {
    if (key === null || (key === storeName(settings.site) && newValue === null)) void outbox.clear();
  });
  addEventListener('pageshow', async ({ persisted }) => {
    // Back from the browser's memory: meanwhile another tab may have taken over what this one had to send.
    if (!persisted) return;
    try {
      await tab.hold();
      const own = (await read()).filter((entry) => entry.tab === tab.id);
      await outbox.retain(new Set(own.map(({ event }) => event.id)));
    } catch {
      // No worker: what is in this page's memory is all that is known.
    }
  });
  return outbox;
}
