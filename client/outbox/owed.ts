import type { SiteId, UserKey } from '../../shared/contract/id.ts';
import { owedName } from '../store/name.ts';

/**
 * Pseudonyms that the edge has still to forget: all that is kept of a forgotten visitor, until the edge has acknowledged. In localStorage, keys with
 * commas between them, written in the very moment of the wish (identity.ts); where that is refused, as long as the page lives.
 */
export class Owed {
  readonly #name: string;
  readonly #users = new Set<UserKey>();

  constructor(site: SiteId) {
    this.#name = owedName(site);
  }

  /** What another tab owes is owed here too. */
  get users(): readonly UserKey[] {
    try {
      for (const user of localStorage.getItem(this.#name)?.split(',') ?? []) if (user) this.#users.add(user as UserKey);
    } catch {
      // Refused: what this page knows is all there is.
    }
    return [...this.#users];
  }

  add(user: UserKey): void {
    this.#write(new Set(this.users).add(user));
  }

  settle(user: UserKey): void {
    this.#write(new Set(this.users.filter((other) => other !== user)));
  }

  #write(users: ReadonlySet<UserKey>): void {
    this.#users.clear();
    for (const user of users) this.#users.add(user);
    try {
      if (users.size) localStorage.setItem(this.#name, [...users].join());
      else localStorage.removeItem(this.#name);
    } catch {
      // Full or refused.
    }
  }
}
