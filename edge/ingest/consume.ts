import type { SiteId } from '../../shared/contract/id.ts';
import { isSha256, isSiteId } from '../../shared/contract/id.ts';
import { hourOf, key } from '../../shared/contract/key.ts';
import type { SlateRecord } from '../../shared/contract/slate-record.ts';
import { sha256Native } from '../pack/digest.ts';
import type { Ports, TrendingBatch } from '../port.ts';
import { type EventMessage, type LogMessage, messageVersion } from './message.ts';

/** One delivery of a queue. Exactly one of `ack` and `retry` is called. */
export interface Delivery {
  readonly body: unknown;
  ack(): void;
  retry(): void;
}

type Stores = Pick<Ports, 'files' | 'trending' | 'nowMs'>;

/** Interactions that make an item trend. */
const trendingTypes: ReadonlySet<string> = new Set(['click', 'cart', 'purchase', 'play', 'conversion']);

/**
 * Writes deliveries to the log. At-least-once in, idempotent out: a batch is one object named by its digest and the first write stays;
 * slates of one call share an object and repeat with the same slate id if delivered again. What is no message of ours goes to
 * the rejected ones at once; what cannot be written is retried, and after the queue's last retry `consumeDead` keeps it.
 */
export async function consumeLog(deliveries: readonly Delivery[], stores: Stores): Promise<void> {
  const batches = new Map<SiteId, TrendingBatch[]>();
  const slates = new Map<string, { site: SiteId; hour: string; held: { record: SlateRecord; delivery: Delivery }[] }>();
  const work: Promise<void>[] = [];
  for (const delivery of deliveries) {
    const { body } = delivery;
    if (!isLogMessage(body)) {
      work.push(settle([delivery], () => keepRejected(body, 'not a log message of this version', stores)));
    } else if (body.kind === 'slate') {
      const { site, issuedAtMs } = body.record;
      const hour = hourOf(issuedAtMs);
      const group = slates.get(`${site} ${hour}`) ?? { site, hour, held: [] };
      group.held.push({ record: body.record, delivery });
      slates.set(`${site} ${hour}`, group);
    } else {
      work.push(settle([delivery], () => writeEvents(body, stores)));
      const items = body.events.filter(({ type }) => trendingTypes.has(type)).map(({ item, tMs }) => ({ item, tMs }));
      if (items.length > 0) batches.set(body.site, [...(batches.get(body.site) ?? []), { digest: body.digest, items }]);
    }
  }
  for (const { site, hour, held } of slates.values()) {
    const records = held.map(({ record }) => record);
    work.push(
      settle(
        held.map(({ delivery }) => delivery),
        () => writeSlates(site, hour, records, stores),
      ),
    );
  }
  // Trending is a hint: if it cannot be told, the log is still whole and nothing is retried.
  for (const [site, items] of batches)
    work.push(stores.trending.add(site, items).catch((error) => console.warn('trending', error)));
  await Promise.all(work);
}

/** Keeps what the queue gave up on, with the reason, where a person can look at it. */
export async function consumeDead(deliveries: readonly Delivery[], stores: Stores): Promise<void> {
  await Promise.all(
    deliveries.map((delivery) => settle([delivery], () => keepRejected(delivery.body, 'retries exhausted', stores))),
  );
}

async function settle(deliveries: readonly Delivery[], write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    console.warn('log', error);
    for (const delivery of deliveries) delivery.retry();
    return;
  }
  for (const delivery of deliveries) delivery.ack();
}

async function writeEvents(message: EventMessage, { files }: Stores): Promise<void> {
  const { site, user, session, receivedMs, events, digest } = message;
  const rows = events.map((event) => JSON.stringify({ ...event, site, user, session, receivedMs }));
  await files.create(key.events(site, hourOf(receivedMs), digest), `${rows.join('\n')}\n`);
}

async function writeSlates(site: SiteId, hour: string, records: readonly SlateRecord[], { files }: Stores): Promise<void> {
  const digest = await sha256Native(records.map(({ slate }) => slate).join());
  await files.create(key.slates(site, hour, digest), `${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
}

async function keepRejected(body: unknown, reason: string, { files, nowMs }: Stores): Promise<void> {
  const text = JSON.stringify({ reason, body: body ?? null });
  const site = siteOf(body);
  await files.create(key.rejected(site, hourOf(nowMs()), await sha256Native(text)), text);
}

/** Messages are our own; the check is for those of another build of this Worker. */
function isLogMessage(body: unknown): body is LogMessage {
  const message = body as LogMessage | null;
  if (typeof message !== 'object' || message === null || message.v !== messageVersion) return false;
  if (message.kind === 'slate') return typeof message.record?.slate === 'string' && isSiteId(`${message.record.site}`);
  return (
    message.kind === 'events' && isSha256(`${message.digest}`) && isSiteId(`${message.site}`) && Array.isArray(message.events)
  );
}

/** Where rejected messages that name no site are kept: no site can have this name. */
const noSite = '_' as SiteId;

function siteOf(body: unknown): SiteId {
  const message = body as { site?: unknown; record?: { site?: unknown } } | null;
  const site = String(message?.site ?? message?.record?.site ?? '');
  return isSiteId(site) ? site : noSite;
}
