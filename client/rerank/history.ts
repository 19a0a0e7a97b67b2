import type { ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { HistoryEvent, HistoryItem } from '../../shared/feature/history.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import { createUserState, type UserState, updateUser } from '../../shared/feature/user.ts';
import { makesSeen, showsInterest } from '../../shared/policy/interest.ts';
import { type Taste, tasteOf } from '../../shared/policy/taste.ts';
import { trimmed } from '../store/history.ts';
import type { Store } from '../store/store.ts';

/**
 * The visitor's own events on this device. What is stored is the events; the state of features is replayed from them, which takes
 * milliseconds for limit.historyEvents events and stays right when the feature set changes with a release.
 */
export class History {
  readonly #store: Store;
  #events: HistoryEvent[] = [];
  #loaded: Promise<void> | undefined;
  #set: FeatureSet | undefined;
  #state: UserState | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds an event; in memory at once, in the store when it can be. */
  async add(event: HistoryEvent): Promise<void> {
    await this.#load();
    this.#events = trimmed([...this.#events, event], limit.historyEvents);
    if (this.#set && this.#state) updateUser(this.#set, this.#state, event);
    await this.#store.addHistory(event).catch(() => {});
  }

  /** State of the set's device features, all of history included. */
  async state(set: FeatureSet): Promise<UserState> {
    await this.#load();
    if (this.#state?.hash === set.hash) return this.#state;
    const state = createUserState(set);
    for (const event of this.#events) updateUser(set, state, event);
    this.#set = set;
    this.#state = state;
    return state;
  }

  seen(): ReadonlySet<ItemId> {
    return new Set(this.#events.filter(({ type }) => makesSeen(type)).map(({ item }) => item.id));
  }

  /** The visitor's categories, by what was last cared for. */
  taste(): Taste {
    const items = new Map<ItemId, HistoryItem>();
    for (const { type, item } of this.#events.toReversed())
      if (showsInterest(type) && !items.has(item.id)) items.set(item.id, item);
    return tasteOf([...items.values()]);
  }

  hidden(): ReadonlySet<ItemId> {
    return new Set(this.#events.filter(({ type }) => type === 'hide').map(({ item }) => item.id));
  }

  /** What is known of an item from an earlier event. */
  find(id: ItemId): HistoryItem | undefined {
    return this.#events.findLast(({ item }) => item.id === id)?.item;
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#store.history().then(
      (events) => {
        this.#events = events;
      },
      // A store that fails later than at its opening: history begins anew.
      () => {},
    );
    return this.#loaded;
  }
}
