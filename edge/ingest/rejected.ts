import { type RejectedEvent, type RejectedRecord, rejectedVersion } from '../../shared/contract/event.ts';
import type { SiteId } from '../../shared/contract/id.ts';
import { hourOf, key } from '../../shared/contract/key.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import { sha256Native } from '../pack/digest.ts';
import type { Ports } from '../port.ts';

type Stores = Pick<Ports, 'files' | 'nowMs'>;

/** Where rejected messages that name no site are kept: no site can have this name. */
export const noSite = '_' as SiteId;

/** Keeps a batch with events that were refused, as it came: the sender was told and will not send it again. */
export async function keepRefused(
  site: SiteId,
  text: string,
  rejected: readonly RejectedEvent[],
  atMs: number,
  stores: Stores,
): Promise<void> {
  const reason = `${rejected.length} events were refused`;
  await keep(site, { v: rejectedVersion, from: 'batch', reason, atMs, original: text, encoding: 'utf8', rejected }, stores);
}

/** Keeps a message of the queue. What was sent as JSON is kept as JSON. */
export async function keepMessage(site: SiteId, body: unknown, reason: string, stores: Stores): Promise<void> {
  const atMs = stores.nowMs();
  await keep(site, { v: rejectedVersion, from: 'queue', reason, atMs, ...originalOf(body) }, stores);
}

function originalOf(body: unknown): Pick<RejectedRecord, 'original' | 'encoding'> {
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    const bytes =
      body instanceof ArrayBuffer ? new Uint8Array(body) : new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    return { original: toBase64(bytes), encoding: 'base64' };
  }
  return { original: typeof body === 'string' ? body : (JSON.stringify(body) ?? ''), encoding: 'utf8' };
}

/** Named by what it holds, and the first write stays: the same thing twice is kept once. */
async function keep(site: SiteId, record: RejectedRecord, { files }: Stores): Promise<void> {
  const digest = await sha256Native(`${record.reason}\n${record.original}`);
  await files.create(key.rejected(site, hourOf(record.atMs), digest), JSON.stringify(record));
}
