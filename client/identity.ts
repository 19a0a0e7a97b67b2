import type { ItemId, SessionId, SiteId, UserKey } from '../shared/contract/id.ts';
import { limit } from '../shared/contract/limit.ts';
import { uuid4, uuid7 } from './outbox/uuid.ts';

/** Who this visitor is to the edge. Exists only with consent. */
export interface Identity {
  readonly user: UserKey;
  readonly session: SessionId;
  /** Items of recent clicks that consent allows to send; newest first. */
  readonly seeds: readonly ItemId[];
}

interface Stored {
  user: UserKey;
  session: SessionId;
  /** Last sign of life, for the end of the session. */
  atMs: number;
  seeds: ItemId[];
}

/** A visit ends after half an hour without one. */
const sessionIdleMs = 30 * 60 * 1000;

/**
 * Kept in localStorage and not beside the history in IndexedDB, because the first request needs it before any worker has started.
 * Where localStorage is refused, the identity lives as long as the page.
 */
export class IdentityKeeper {
  readonly #name: string;
  #stored: Stored | undefined;

  constructor(site: SiteId) {
    this.#name = `vitrine:${site}`;
  }

  /** The identity, made on first use. Only call it with consent. */
  open(nowMs: number): Identity {
    let stored = this.#stored ?? this.#read();
    if (!stored) stored = { user: uuid4() as UserKey, session: uuid7(nowMs) as SessionId, atMs: nowMs, seeds: [] };
    if (nowMs - stored.atMs > sessionIdleMs) stored.session = uuid7(nowMs) as SessionId;
    stored.atMs = nowMs;
    this.#stored = stored;
    this.#write();
    return { user: stored.user, session: stored.session, seeds: [...stored.seeds] };
  }

  /** Puts an item in front of the seeds. Ids with a comma are left out: the query separates by it. */
  addSeed(item: ItemId): void {
    if (!this.#stored || item.includes(',')) return;
    this.#stored.seeds = [item, ...this.#stored.seeds.filter((other) => other !== item)].slice(0, limit.seeds);
    this.#write();
  }

  forget(): void {
    this.#stored = undefined;
    try {
      localStorage.removeItem(this.#name);
    } catch {
      // Refused storage holds nothing.
    }
  }

  #read(): Stored | undefined {
    try {
      const stored = JSON.parse(localStorage.getItem(this.#name) ?? '') as Stored;
      return stored.user && stored.session && Array.isArray(stored.seeds) ? stored : undefined;
    } catch {
      return undefined;
    }
  }

  #write(): void {
    try {
      localStorage.setItem(this.#name, JSON.stringify(this.#stored));
    } catch {
      // Full or refused: the identity then lives as long as the page.
    }
  }
}
