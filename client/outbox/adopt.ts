import { limit } from '../../shared/contract/limit.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';
import type { Outbox } from './outbox.ts';
import type { Tab } from './tab.ts';

/** Where no lock tells which tabs live: what is this much younger or older by the clock is nobody's any more. */
const orphanMs = 2 * limit.outboxFlushMs;

/**
 * Takes over what tabs that are gone have left. One tab at a time looks, and writes its name on what it takes before the next one looks.
 * @param read what is kept, of all tabs
 * @throws where locks or the store are refused: what is kept waits for a later page
 */
export async function adoptOrphans(outbox: Outbox, tab: Tab, read: () => Promise<readonly OutboxEntry[]>): Promise<void> {
  await tab.alone(async () => {
    // Before and after: a tab that began or ended meanwhile was alive when the entry was read.
    const before = await tab.alive();
    const entries = await read();
    const after = await tab.alive();
    const alive = before && after && new Set([...before, ...after, tab.id]);
    const isOrphan = ({ tab: owner = '', event }: OutboxEntry) =>
      alive ? !alive.has(owner) : owner !== tab.id && Math.abs(Date.now() - event.t) > orphanMs;
    const orphans = entries.filter(isOrphan);
    if (orphans.length) await outbox.adopt(orphans);
  });
}
