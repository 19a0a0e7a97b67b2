import type { ClientEvent } from '../shared/contract/event.ts';
import type { EventId, ItemId } from '../shared/contract/id.ts';
import { limit } from '../shared/contract/limit.ts';
import type { FlushReport } from './command.ts';
import { type Identity, IdentityKeeper } from './identity.ts';
import { Outbox } from './outbox/outbox.ts';
import { pagePort } from './outbox/port.ts';
import { uuid7 } from './outbox/uuid.ts';
import type { Connection } from './rerank/connect.ts';
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
  readonly #outbox: Outbox;
  #consent: boolean;

  constructor(settings: Settings, worker: Connection) {
    this.#settings = settings;
    this.#worker = worker;
    this.#keeper = new IdentityKeeper(settings.site);
    this.#outbox = new Outbox(pagePort(settings, worker));
    this.#consent = settings.consent === 'granted';
    if (this.#consent) void this.#adopt();
    if (settings.consent === 'denied') void this.forget();
    const leave = () => this.#outbox.sendLast();
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

  /** Puts an event into the outbox; without consent there is none. `token`: of the event's slate. */
  log(fact: Fact, token?: string): void {
    const identity = this.identity();
    if (!identity) return;
    const t = Date.now();
    const event = { id: uuid7(t) as EventId, t, ...fact } as ClientEvent;
    const { user, session } = identity;
    this.#outbox.add({ user, session, event, ...(token ? { token } : {}) });
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
    this.#outbox.clear();
    await this.#worker.call(consentMs, (remote) => remote.consent(false)).catch(() => {});
    await erase(this.#settings.site);
    if (this.#consent) await this.#worker.call(consentMs, (remote) => remote.consent(true)).catch(() => {});
  }

  flush(): Promise<FlushReport> {
    return this.#outbox.flush();
  }

  /** Takes over what earlier pages could not send. What is younger may still be on its way from another tab. */
  async #adopt(): Promise<void> {
    try {
      const entries = await this.#worker.call(limit.workerReadyMs, (remote) => remote.outboxAll());
      const before = Date.now() - 2 * limit.outboxFlushMs;
      if (this.#consent) this.#outbox.adopt(entries.filter(({ event }) => event.t < before));
    } catch {
      // No worker: what is stored waits for a page that has one.
    }
  }
}
