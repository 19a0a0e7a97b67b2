import type { ItemId } from '../../shared/contract/id.ts';
import type { HistoryEvent, HistoryItem } from '../../shared/feature/history.ts';
import { keptEvents } from '../../shared/feature/kept.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { Store } from '../store/store.ts';
import type { Past } from './past.ts';

/** The visitor's own events on this device. What is stored is the events; past.ts, loaded when there are any, knows what follows from them. */
export class History {
  readonly #store: Store;
  readonly #load: () => Promise<{ readonly Past: typeof Past }>;
  #events: HistoryEvent[] = [];
  #read: Promise<void> | undefined;
  #past: Past | undefined;

  constructor(store: Store, load: () => Promise<{ readonly Past: typeof Past }>) {
    this.#store = store;
    this.#load = load;
  }

  /** Adds an event; in memory at once, in the store when it can be. */
  async add(event: HistoryEvent): Promise<void> {
    await this.#open();
    const { length } = this.#events;
    this.#events = keptEvents([...this.#events, event]);
    if (this.#events.length > length) this.#past?.add(event, this.#events);
    // What was forgotten is in no feature: they are made anew.
    else this.#past = undefined;
    // The next order will need it.
    this.#load().catch(() => {});
    await this.#store.addHistory(event).catch(() => {});
  }

  /** All of history for a feature set; undefined while there is none. @throws when the code for it cannot be loaded */
  async past(set: FeatureSet): Promise<Past | undefined> {
    await this.#open();
    if (!this.#events.length) return undefined;
    const part = await this.#load();
    if (this.#past?.hash !== set.hash) this.#past = new part.Past(set, this.#events);
    return this.#past;
  }

  /** What is known of an item from an earlier event. */
  find(id: ItemId): HistoryItem | undefined {
    return this.#events.findLast(({ item }) => item.id === id)?.item;
  }

  #open(): Promise<void> {
    this.#read ??= this.#store.history().then(
      (events) => {
        this.#events = events;
      },
      // A store that fails later than at its opening: history begins anew.
      () => {},
    );
    return this.#read;
  }
}
