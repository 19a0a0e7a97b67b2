import { isSiteId, type SiteId } from '../../shared/contract/id.ts';
import { hourOf, key } from '../../shared/contract/key.ts';
import type { SlateRecord } from '../../shared/contract/slate-record.ts';
import type { OnlineUpdates } from '../feature/update.ts';
import { sha256Native } from '../pack/digest.ts';
import type { Ports, TrendingEvent } from '../port.ts';
import { type EventMessage, type LogMessage, messageVersion } from './message.ts';
import { keepMessage, noSite } from './rejected.ts';

/** One delivery of a queue. Exactly one of `ack` and `retry` is called. */
export interface Delivery {
  readonly body: unknown;
  ack(): void;
  retry(): void;
}

type Stores = Pick<Ports, 'files' | 'trending' | 'nowMs'>;

export interface ConsumeServices {
  readonly ports: Stores;
  readonly updates: OnlineUpdates;
}

/** Interactions that make an item trend. */
const trendingTypes: ReadonlySet<string> = new Set(['click', 'cart', 'purchase', 'play', 'conversion']);

interface Group<Body> {
  readonly site: SiteId;
  readonly bodies: Body[];
  readonly deliveries: Delivery[];
}

/**
 * What follows from an answer or an event. At-least-once in, idempotent out: events are in the log already and are counted once by their
 * ids; slates of one call share an object, and one that is delivered again repeats with the same slate id. Each delivery is acknowledged after what
 * it asks for is done. What is no message of ours goes to the rejected ones at once; what fails is retried, and after the queue's last retry
 * `consumeDead` keeps it.
 */
export async function consumeLog(deliveries: readonly Delivery[], services: ConsumeServices): Promise<void> {
  const { ports: stores } = services;
  const events = new Map<SiteId, Group<EventMessage>>();
  const slates = new Map<SiteId, Group<SlateRecord>>();
  const work: Promise<void>[] = [];
  for (const delivery of deliveries) {
    const { body } = delivery;
    if (!isLogMessage(body)) {
      work.push(settle([delivery], () => keepMessage(siteOf(body), body, 'not a log message of this version', stores)));
    } else if (body.kind === 'slate') join(slates, body.record.site, body.record, delivery);
    else join(events, body.site, body, delivery);
  }
  for (const { site, bodies, deliveries } of slates.values())
    work.push(settle(deliveries, () => writeSlates(site, bodies, stores)));
  for (const { site, bodies, deliveries } of events.values()) work.push(settle(deliveries, () => count(site, bodies, services)));
  await Promise.all(work);
}

/** Keeps what the queue gave up on, with the reason, where a person can look at it. */
export async function consumeDead(
  deliveries: readonly Delivery[],
  { ports: stores }: Pick<ConsumeServices, 'ports'>,
): Promise<void> {
  await Promise.all(
    deliveries.map((delivery) =>
      settle([delivery], () => keepMessage(siteOf(delivery.body), delivery.body, 'retries exhausted', stores)),
    ),
  );
}

function join<Body>(groups: Map<SiteId, Group<Body>>, site: SiteId, body: Body, delivery: Delivery): void {
  const group = groups.get(site) ?? { site, bodies: [], deliveries: [] };
  group.bodies.push(body);
  group.deliveries.push(delivery);
  groups.set(site, group);
}

async function settle(deliveries: readonly Delivery[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.warn('queue', error);
    for (const delivery of deliveries) delivery.retry();
    return;
  }
  for (const delivery of deliveries) delivery.ack();
}

async function count(site: SiteId, messages: readonly EventMessage[], { ports, updates }: ConsumeServices): Promise<void> {
  const events = messages.flatMap(({ events }) => events);
  const interactions = events
    .filter(({ type }) => trendingTypes.has(type))
    .map(({ id, item, tMs }): TrendingEvent => ({ id, item, tMs }));
  await Promise.all([interactions.length > 0 && ports.trending.add(site, interactions), updates.add(site, events)]);
}

/** Into the hour of writing: an hour that has passed is complete, however late a message was. */
async function writeSlates(site: SiteId, records: readonly SlateRecord[], { files, nowMs }: Stores): Promise<void> {
  const digest = await sha256Native(records.map(({ slate }) => slate).join());
  const text = `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
  await files.create(key.slates(site, hourOf(nowMs()), digest), text);
}

/** Messages are our own; the check is for those of another build of this Worker. */
function isLogMessage(body: unknown): body is LogMessage {
  const message = body as LogMessage | null;
  if (typeof message !== 'object' || message === null || message.v !== messageVersion) return false;
  if (message.kind === 'slate') return typeof message.record?.slate === 'string' && isSiteId(`${message.record.site}`);
  return message.kind === 'events' && isSiteId(`${message.site}`) && Array.isArray(message.events);
}

function siteOf(body: unknown): SiteId {
  const message = body as { site?: unknown; record?: { site?: unknown } } | null;
  const site = String(message?.site ?? message?.record?.site ?? '');
  return isSiteId(site) ? site : noSite;
}
