import type { SiteId } from '../../shared/contract/id.ts';
import type { FileReference } from '../../shared/contract/pack.ts';
import { get } from '../get.ts';
import { hex } from '../hex.ts';
import { storeName } from '../store/name.ts';
import { RerankRefused } from './refused.ts';

/** Milliseconds for one file of a release. Slower than a slot waits: what comes late is there for the next rerank. */
const fetchMs = 20_000;

/** SHA-256 of bytes or of a text's UTF-8, in hex. */
export async function digest(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** Files of releases by content: fetched, checked against their name, and with consent kept in the Cache API. */
export class Artifacts {
  readonly #site: SiteId;
  readonly #edge: string;
  /** Whether this visitor agreed that something is stored. */
  keep = false;

  constructor(site: SiteId, edge: string) {
    this.#site = site;
    this.#edge = edge;
  }

  /** @throws RerankRefused 'fetch-failed' or 'bad-digest' */
  async get({ sha256 }: FileReference): Promise<Uint8Array<ArrayBuffer>> {
    const url = `${this.#edge}/v1/files/${sha256}?site=${encodeURIComponent(this.#site)}`;
    const cache = this.keep ? await globalThis.caches?.open(storeName(this.#site)).catch(() => undefined) : undefined;
    const kept = await cache?.match(url).catch(() => undefined);
    if (kept) {
      const bytes = new Uint8Array(await kept.arrayBuffer());
      if ((await digest(bytes)) === sha256) return bytes;
    }
    const bytes = await this.#fetch(url);
    if ((await digest(bytes)) !== sha256) throw new RerankRefused('bad-digest');
    if (this.keep) await cache?.put(url, new Response(bytes)).catch(() => {});
    return bytes;
  }

  async #fetch(url: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return new Uint8Array(await (await get(url, fetchMs)).arrayBuffer());
    } catch {
      throw new RerankRefused('fetch-failed');
    }
  }
}
