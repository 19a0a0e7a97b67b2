import { type ClientEvent, eventVersion } from '../shared/contract/event.ts';
import type { EventId, ItemId, UserKey } from '../shared/contract/id.ts';
import type { FlushReport, Kept } from './command.ts';
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
  #consent = false;

  constructor(settings: Settings, worker: Connection) {
    this.#settings = settings;
    this.#worker = worker;
    this.#keeper = new IdentityKeeper(settings.site);
    if (settings.consent) void this.setConsent(settings.consent === 'granted');
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

  /** Also what the page says at first: with consent the outbox takes over what earlier pages could not send, once the worker has started. */
  async setConsent(granted: boolean): Promise<void> {
    this.#consent = granted;
    this.#worker.consent = granted;
    if (!granted) return this.#erase();
    await this.#tell(true);
    if (this.#consent) await this.#open().catch(() => {});
  }

  /** Deletes everything kept on this device, and has the edge forget the visitor. With consent, a new pseudonym and an empty history begin. */
  async forget(): Promise<void> {
    await this.#erase(true);
    if (this.#consent) await this.#tell(true);
  }

  #tell(granted: boolean): Promise<void> {
    return this.#worker.call(consentMs, (remote) => remote.consent(granted)).catch(() => {});
  }

  /** Has the edge forget someone, and whom it should have forgotten before. Needs no consent: it is a wish of the visitor. Never rejects. */
  async settle(user?: UserKey): Promise<void> {
    if (!user && !this.#keeper.owes) return;
    // What cannot be loaded now, a later page loads.
    const part = await loadPart(this.#settings.base, 'outbox').catch(() => undefined);
    await part?.forgetAtEdge(this.#settings, user);
  }

  async #erase(atEdge = false): Promise<void> {
    const user = this.#keeper.forget(atEdge);
    this.#waiting = [];
    const idle = Promise.resolve(this.#outbox?.clear());
    // The edge forgets what it has received: so after everything that is still under way.
    if (atEdge) void idle.then(() => this.settle(user));
    await this.#tell(false);
    await erase(this.#settings.site);
  }

  /** How the outbox stands, after a flush where one is asked for. Rejects when it cannot be loaded. */
  async report(flush: boolean): Promise<FlushReport> {
    const outbox = await this.#open();
    return flush ? outbox.flush() : outbox.status;
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
}
