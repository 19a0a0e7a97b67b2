import type { ReleaseId, Sha256, SiteId } from './id.ts';

/**
 * Every name in every store. Each begins with the site, so that no site can read another's data.
 * R2 holds the truth of files and logs, D1 of pointers; KV is a copy.
 */
export const key = {
  /** R2 and KV: an immutable file by content. */
  file: (site: SiteId, sha256: Sha256) => `site/${site}/file/${sha256}`,
  /** R2: a release's manifest. Present only after all of its files are. */
  manifest: (site: SiteId, release: ReleaseId) => `site/${site}/release/${release}.json`,
  /** KV: copy of the traffic plan. */
  plan: (site: SiteId) => `site/${site}/plan`,
  /** R2: one accepted event batch as NDJSON; `hour` is UTC `YYYY-MM-DDTHH` of receipt, `digest` the SHA-256 of the batch. */
  events: (site: SiteId, hour: string, digest: string) => `site/${site}/log/event/hour=${hour}/${digest}.ndjson`,
  /** R2: slate records that the queue delivered together, as NDJSON; `digest` is the SHA-256 of their slate ids. A record may occur twice. */
  slates: (site: SiteId, hour: string, digest: string) => `site/${site}/log/slate/hour=${hour}/${digest}.ndjson`,
  /** R2: one slate record. */
  slate: (site: SiteId, hour: string, slate: string) => `site/${site}/log/slate/hour=${hour}/${slate}.json`,
  /** R2: messages that could not be processed, with their reason. */
  rejected: (site: SiteId, hour: string, digest: string) => `site/${site}/rejected/hour=${hour}/${digest}.json`,
  /** R2: engine binaries too large for static assets; the same for all sites. */
  engine: (name: string) => `engine/${name}`,
  /** Durable Object name. */
  trending: (site: SiteId, shard: number) => `site/${site}/trending/${shard}`,
} as const;

/** UTC hour partition of a time, `YYYY-MM-DDTHH`. */
export const hourOf = (ms: number): string => new Date(ms).toISOString().slice(0, 13);
