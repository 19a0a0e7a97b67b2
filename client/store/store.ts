import type { Pack } from '../../shared/contract/pack.ts';
import type { HistoryEvent } from '../../shared/feature/history.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';

/** What one visitor's browser keeps for one site. Engines: memory.ts, indexed.ts; store.case.ts is what both must do. */
export interface Store {
  /** Oldest first, as much as kept.ts says. */
  history(): Promise<HistoryEvent[]>;
  addHistory(event: HistoryEvent): Promise<void>;
  /** In order of arrival. An id that is already there is replaced. */
  outboxAll(): Promise<OutboxEntry[]>;
  /** @returns once they are written, whether they outlive the page. */
  outboxAdd(entries: readonly OutboxEntry[]): Promise<boolean>;
  outboxRemove(ids: readonly string[]): Promise<void>;
  /** The newest `packLimit` packs are kept. */
  keepPack(key: string, pack: Pack): Promise<void>;
  lastPack(key: string): Promise<Pack | undefined>;
  /** Small facts about this device, such as which engine was faster. */
  fact(name: string): Promise<unknown>;
  setFact(name: string, value: unknown): Promise<void>;
  /** Deletes everything. */
  clear(): Promise<void>;
  /** Ends the store's connection; nothing may be called afterwards. */
  close(): void;
}

/** Packs that a store keeps: a page has a few rails, a visit a few pages. */
export const packLimit = 16;
