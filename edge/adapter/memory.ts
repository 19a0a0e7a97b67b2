import type { SiteId } from '../../shared/contract/id.ts';
import type { TrafficPlan } from '../../shared/contract/traffic.ts';
import type { LogMessage } from '../ingest/message.ts';
import { sha256Native } from '../pack/digest.ts';
import type { CopyStore, FileStore, LogQueue, Registry, ReleaseRow, TrendingCounts } from '../port.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const bytesOf = async (body: ReadableStream | Uint8Array | string): Promise<Bytes> =>
  new Uint8Array(await new Response(body as BodyInit).arrayBuffer());

/** A file store in memory; the same contract as R2 (store.case.ts). */
export function memoryFiles(objects = new Map<string, Bytes>()): FileStore & { readonly objects: Map<string, Bytes> } {
  return {
    objects,
    async size(key) {
      return objects.get(key)?.length;
    },
    async read(key) {
      return objects.get(key)?.slice();
    },
    async stream(key) {
      const bytes = objects.get(key);
      const body = bytes && new Response(bytes).body;
      return body ? { body, bytes: bytes.length } : undefined;
    },
    async writeVerified(key, body, sha256) {
      const bytes = await bytesOf(body);
      if ((await sha256Native(bytes)) !== sha256) return 'wrong-digest';
      objects.set(key, bytes);
      return 'written';
    },
    async write(key, body) {
      objects.set(key, await bytesOf(body));
    },
    async create(key, body) {
      const bytes = await bytesOf(body);
      if (objects.has(key)) return false;
      objects.set(key, bytes);
      return true;
    },
    async list(prefix, cursor, limit) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > (cursor ?? '')).sort();
      const page = await Promise.all(
        keys.slice(0, limit).map(async (key) => {
          const bytes = objects.get(key) ?? new Uint8Array();
          return { key, bytes: bytes.length, uploadedMs: 0, sha256: await sha256Native(bytes) };
        }),
      );
      const last = page.at(-1)?.key;
      return keys.length > limit && last !== undefined ? { objects: page, cursor: last } : { objects: page };
    },
    async folders(prefix, after, limit) {
      const names = [...objects.keys()].flatMap((key) => {
        const end = key.indexOf('/', prefix.length);
        return key.startsWith(prefix) && end > 0 ? [key.slice(prefix.length, end)] : [];
      });
      const found = [...new Set(names)].filter((name) => after === undefined || name > after).sort();
      return { folders: found.slice(0, limit), more: found.length > limit };
    },
    async remove(key) {
      objects.delete(key);
    },
  };
}

export function memoryCopies(values = new Map<string, Bytes>()): CopyStore & { readonly values: Map<string, Bytes> } {
  return {
    values,
    async read(key) {
      return values.get(key)?.slice();
    },
    async readText(key) {
      const bytes = values.get(key);
      return bytes && new TextDecoder().decode(bytes);
    },
    async write(key, value) {
      values.set(key, await bytesOf(value));
    },
  };
}

export function memoryRegistry(): Registry {
  const plans = new Map<SiteId, TrafficPlan>();
  const releases = new Map<SiteId, ReleaseRow[]>();
  return {
    async plan(site) {
      return plans.get(site);
    },
    async swapPlan(expect, next) {
      if ((plans.get(next.site)?.version ?? 0) !== expect) return false;
      plans.set(next.site, next);
      return true;
    },
    async addRelease(site, row) {
      const rows = releases.get(site) ?? [];
      if (rows.every(({ release }) => release !== row.release)) releases.set(site, [row, ...rows]);
    },
    async hasRelease(site, release) {
      return (releases.get(site) ?? []).some((row) => row.release === release);
    },
    async releases(site) {
      return releases.get(site) ?? [];
    },
    async plans() {
      return [...plans.values()];
    },
  };
}

export function memoryQueue(): LogQueue & { readonly messages: LogMessage[] } {
  const messages: LogMessage[] = [];
  return {
    messages,
    async send(message) {
      messages.push(structuredClone(message));
    },
  };
}

/** Counts without decay: for tests of what reads them. */
export function memoryTrending(): TrendingCounts {
  const counts = new Map<SiteId, Map<string, number>>();
  const seen = new Set<string>();
  return {
    async top(site, limit) {
      const items = [...(counts.get(site) ?? [])].map(([item, count]) => ({ item, count }));
      return items.sort((a, b) => b.count - a.count || (a.item < b.item ? -1 : 1)).slice(0, limit);
    },
    async add(site, events) {
      const held = counts.get(site) ?? new Map<string, number>();
      counts.set(site, held);
      for (const { id, item } of events) {
        if (seen.has(id)) continue;
        seen.add(id);
        held.set(item, (held.get(item) ?? 0) + 1);
      }
    },
  };
}
