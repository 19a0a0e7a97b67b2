import type { ItemId, SessionId, SiteId, UserKey } from '../shared/contract/id.ts';
import { limit } from '../shared/contract/limit.ts';
import { uuid4, uuid7 } from './outbox/uuid.ts';
import { owedName, storeName } from './store/name.ts';

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
  /** Last sign of life, to `noteMs`, for the end of the session. */
  atMs: number;
  seeds: ItemId[];
}

/** A visit ends after half an hour without one. */
const sessionIdleMs = 30 * 60 * 1000;
/** A sign of life so soon after another is not written down. */
const noteMs = 10_000;

/**
 * Kept in localStorage and not beside the history in IndexedDB, because the first request needs it before any worker has started.
 * Where localStorage is refused, the identity lives as long as the page.
 */
export class IdentityKeeper {
  readonly #name: string;
  readonly #owed: string;
  /** Only where localStorage takes nothing; else what is there counts, also what another tab has done to it. */
  #unwritten: Stored | undefined;

  constructor(site: SiteId) {
    this.#name = storeName(site);
    this.#owed = owedName(site);
  }

  /** The identity, made on first use. Only call it with consent. */
  open(nowMs: number): Identity {
    const stored = this.#read() ?? {
      user: uuid4() as UserKey,
      session: '' as SessionId,
      atMs: Number.NEGATIVE_INFINITY,
      seeds: [],
    };
    const restMs = nowMs - stored.atMs;
    if (restMs > sessionIdleMs) stored.session = uuid7(nowMs) as SessionId;
    // Not at each of twelve impressions in a row: to write holds up the page.
    if (Math.abs(restMs) > noteMs) {
      stored.atMs = nowMs;
      this.#write(stored);
    }
    return stored;
  }

  /** Puts an item in front of the seeds. Ids with a comma are left out: the query separates by it. */
  addSeed(item: ItemId): void {
    const stored = this.#read();
    if (!stored || item.includes(',')) return;
    stored.seeds = [item, ...stored.seeds.filter((other) => other !== item)].slice(0, limit.seeds);
    this.#write(stored);
  }

  /** Whether the edge has still to forget someone. */
  get owes(): boolean {
    try {
      return this.#owed in localStorage;
    } catch {
      return false;
    }
  }

  /** @param atEdge whether the edge is to forget too: noted before anything can go wrong. @returns who it was, where there was someone */
  forget(atEdge: boolean): UserKey | undefined {
    const user = this.#read()?.user;
    this.#unwritten = undefined;
    try {
      localStorage.removeItem(this.#name);
      if (atEdge && user) localStorage.setItem(this.#owed, `${user},${localStorage.getItem(this.#owed) ?? ''}`);
    } catch {
      // Refused storage holds nothing.
    }
    return user;
  }

  #read(): Stored | undefined {
    if (this.#unwritten) return this.#unwritten;
    try {
      const stored = JSON.parse(localStorage.getItem(this.#name) ?? '') as Stored;
      return stored.user && stored.session && Array.isArray(stored.seeds) ? stored : undefined;
    } catch {
      return undefined;
    }
  }

  #write(stored: Stored): void {
    try {
      localStorage.setItem(this.#name, JSON.stringify(stored));
      this.#unwritten = undefined;
    } catch {
      // Full or refused: the identity then lives as long as the page.
      this.#unwritten = stored;
    }
  }
}
