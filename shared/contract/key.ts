import type { ReleaseId, Sha256, SiteId } from './id.ts';

/**
 * Every name in every store. Each begins with the site, so that no site can read another's data.
 * R2 holds the truth of files and logs, D1 of pointers; KV is a copy.
 */
export const key = {
  /** R2 and KV: an immutable file by content. */
  file: (site: SiteId, sha256: Sha256) => `site/${site}/file/${sha256}`,
  /** R2: all files of a site. */
  files: (site: SiteId) => `site/${site}/file/`,
  /** R2: a release's manifest. Present only after all of its files are. */
  manifest: (site: SiteId, release: ReleaseId) => `site/${site}/release/${release}.json`,
  /** KV: copy of what the online store knew of some items of a release. */
  onlineItems: (site: SiteId, release: ReleaseId, part: number) => `site/${site}/release/${release}/online/${part}`,
  /** KV: copy of the traffic plan. */
  plan: (site: SiteId) => `site/${site}/plan`,
  /** R2: one accepted event batch as NDJSON; `hour` is UTC `YYYY-MM-DDTHH` of its arrival in the log, `digest` the SHA-256 of the batch. */
  events: (site: SiteId, hour: string, digest: string) => `site/${site}/log/event/hour=${hour}/${digest}.ndjson`,
  /** R2: slate records that the queue delivered together, as NDJSON; `digest` is the SHA-256 of their slate ids. A record may occur twice. */
  slates: (site: SiteId, hour: string, digest: string) => `site/${site}/log/slate/hour=${hour}/${digest}.ndjson`,
  /** R2: what could not be taken, with its reason. */
  rejected: (site: SiteId, hour: string, digest: string) => `site/${site}/rejected/hour=${hour}/${digest}.json`,
  /** R2: the hours of one log, each a folder of objects. */
  logHours: (site: SiteId, type: LogType) => (type === 'rejected' ? `site/${site}/rejected/` : `site/${site}/log/${type}/`),
  /** R2: the log key of a replayed batch, so that replaying it again in another hour adds nothing. */
  replay: (site: SiteId, digest: string) => `site/${site}/replay/${digest}`,
  /** R2: tombstone of a visitor, `user` the SHA-256 of the user key; the name says all. Without a time: all of that visitor. */
  forget: (site: SiteId, user: string, untilMs?: number) => `site/${site}/forget/${user}/${untilMs ?? ''}`,
  /** R2: all tombstones of a site. */
  forgotten: (site: SiteId) => `site/${site}/forget/`,
  /** R2: engine binaries too large for static assets; the same for all sites. */
  engine: (name: string) => `engine/${name}`,
  /** Durable Object name. */
  trending: (site: SiteId, shard: number) => `site/${site}/trending/${shard}`,
  /** Durable Object name: what the online store keeps of some items, or of one user, session or named entity. */
  online: (site: SiteId, place: OnlinePlace) => `site/${site}/online/${placeName(place)}`,
} as const;

/** One Durable Object of the online store. */
export type OnlinePlace =
  | { readonly kind: 'item'; readonly shard: number }
  | { readonly kind: 'user' | 'session'; readonly key: string }
  /** `name`: what kind of entity, as in `event.entities[name]`. */
  | { readonly kind: 'named'; readonly name: string; readonly key: string };

function placeName(place: OnlinePlace): string {
  if (place.kind === 'item') return `item/${place.shard}`;
  return place.kind === 'named' ? `named/${place.name}/${place.key}` : `${place.kind}/${place.key}`;
}

export const logTypes = ['event', 'slate', 'rejected'] as const;
export type LogType = (typeof logTypes)[number];

/** UTC hour partition of a time, `YYYY-MM-DDTHH`. */
export const hourOf = (ms: number): string => new Date(ms).toISOString().slice(0, 13);
