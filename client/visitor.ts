import { type ClientEvent, eventVersion } from '../shared/contract/event.ts';
import type { EventId, ItemId } from '../shared/contract/id.ts';
import { limit } from '../shared/contract/limit.ts';
import type { FlushReport, Kept, OutboxStatus } from './command.ts';
import { type Identity, IdentityKeeper } from './identity.ts';
import type { Outbox } from './outbox/outbox.ts';
import { uuid7 } from './outbox/uuid.ts';
import { loadPart } from './part.ts';
import type { Connection } from './rerank/connect.ts';
import type { OutboxEntry } from './rerank/protocol.ts';
import type { Settings } from './settings.ts';
import { erase } from './store/erase.ts';

/** Distributes over the union, so that each event type keeps its own fields. */
type WithoutId<Event> = Event extends unknown ? Omit<Event, 'id' | 't'> : never;
/** A fact to report; id and time are added where it is logged. */
export type Fact = WithoutId<ClientEvent>;

/** Milliseconds that the worker has for a change of consent. */
const consentMs = 5000;

/** What may be known and sent about the visitor: everything here is off without consent. */
export class Visitor {
  readonly #settings: Settings;
  readonly #worker: Connection;
  readonly #keeper: IdentityKeeper;
  #outbox: Outbox | undefined;
  #opening: Promise<Outbox> | undefined;
  /** What was logged before the outbox was there. */
  #waiting: OutboxEntry[] = [];
  #consent: boolean;

  constructor(settings: Settings, worker: Connection) {
    this.#settings = settings;
    this.#worker = worker;
    this.#keeper = new IdentityKeeper(settings.site);
    this.#consent = settings.consent === 'granted';
    if (this.#consent) void this.#adopt();
    if (settings.consent === 'denied') void this.forget();
    const leave = () => (this.#outbox ? this.#outbox.sendLast() : this.#sendWaiting());
    addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') leave();
    });
  }

  get consent(): boolean {
    return this.#consent;
  }

  /** Who this is to the edge; undefined without consent. */
  identity(): Identity | undefined {
    return this.#consent ? this.#keeper.open(Date.now()) : undefined;
  }

  /** Puts an event into the outbox; without consent there is none. `token`: of the event's slate. Resolves once the event is kept. */
  async log(fact: Fact, token?: string): Promise<Kept> {
    const identity = this.identity();
    if (!identity) return 'none';
    const t = Date.now();
    const event = { id: uuid7(t) as EventId, t, ...fact } as ClientEvent;
    const { user, session } = identity;
    const entry = { user, session, event, ...(token ? { token } : {}) };
    // At once where it can be: the page may be going away.
    if (this.#outbox) this.#outbox.add(entry);
    else this.#waiting.push(entry);
    try {
      return (await this.#open()).kept(event.id);
    } catch {
      return 'page';
    }
  }

  addSeed(item: ItemId): void {
    if (this.#consent) this.#keeper.addSeed(item);
  }

  async setConsent(granted: boolean): Promise<void> {
    this.#consent = granted;
    this.#worker.consent = granted;
    if (granted) {
      await this.#worker.call(consentMs, (remote) => remote.consent(true)).catch(() => {});
      await this.#adopt();
    } else await this.forget();
  }

  /** Deletes everything kept on this device. With consent, a new pseudonym and an empty history begin. */
  async forget(): Promise<void> {
    this.#keeper.forget();
    this.#waiting = [];
    void this.#outbox?.clear();
    await this.#worker.call(consentMs, (remote) => remote.consent(false)).catch(() => {});
    await erase(this.#settings.site);
    if (this.#consent) await this.#worker.call(consentMs, (remote) => remote.consent(true)).catch(() => {});
  }

  /** Never rejects, nor does `status`. */
  async flush(): Promise<FlushReport> {
    await this.#open().catch(() => {});
    return (await this.#outbox?.flush()) ?? { sent: 0, ...this.#unopened() };
  }

  async status(): Promise<OutboxStatus> {
    await this.#open().catch(() => {});
    return this.#outbox?.status ?? this.#unopened();
  }

  #unopened(): OutboxStatus {
    return { pending: this.#waiting.length, dropped: 0 };
  }

  /** The outbox, fetched on first use: nothing is reported before something was shown. */
  #open(): Promise<Outbox> {
    this.#opening ??= loadPart(this.#settings.base, 'outbox').then(({ openOutbox }) => {
      const outbox = openOutbox(this.#settings, this.#worker);
      this.#outbox = outbox;
      for (const entry of this.#waiting.splice(0)) outbox.add(entry);
      return outbox;
    });
    // Another event tries again.
    this.#opening.catch(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** The page may be going away before its outbox came. If it stays, the outbox sends the same ids again, which is harmless. */
  #sendWaiting(): void {
    const [first] = this.#waiting;
    if (!first) return;
    const { user, session } = first;
    const events = this.#waiting.map(({ event }) => event);
    const body = JSON.stringify({ v: eventVersion, user, session, sentAt: Date.now(), events });
    const { edge, site } = this.#settings;
    fetch(`${edge}/v1/events?site=${site}`, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => {});
  }

  /** Has the outbox take over what earlier pages could not send; not before the worker has started. */
  async #adopt(): Promise<void> {
    try {
      await this.#worker.call(limit.workerReadyMs, (remote) => remote.ping());
      if (this.#consent) await this.#open();
    } catch {
      // No worker: what is stored waits for a page that has one.
    }
  }
}
