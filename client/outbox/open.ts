import type { Connection } from '../rerank/connect.ts';
import type { Settings } from '../settings.ts';
import { Outbox, type OutboxPort } from './outbox.ts';

/** Milliseconds that the worker has to keep or drop entries; nobody waits for it. */
const storeMs = 5000;

/** The outbox of this page: its way to the network, the clock and the store. Loaded when there is something to report. */
export function openOutbox(settings: Settings, worker: Connection): Outbox {
  const port: OutboxPort = {
    async post(body, last) {
      const response = await fetch(`${settings.edge}/v1/events?site=${encodeURIComponent(settings.site)}`, {
        method: 'POST',
        body,
        // A simple type, so that no preflight stands between a closing page and the edge.
        headers: { 'content-type': 'text/plain' },
        credentials: 'omit',
        keepalive: last,
      });
      return { status: response.status, retryAfter: response.headers.get('retry-after') };
    },
    nowMs: Date.now,
    random: Math.random,
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    keep: (entries) => void worker.call(storeMs, (remote) => remote.outboxAdd(entries)).catch(() => {}),
    drop: (ids) => void worker.call(storeMs, (remote) => remote.outboxRemove(ids)).catch(() => {}),
  };
  return new Outbox(port);
}
