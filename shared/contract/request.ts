import type { ItemId, SessionId, SiteId, UserKey } from './id.ts';

export const deviceClasses = ['phone', 'tablet', 'desktop', 'other'] as const;
export type DeviceClass = (typeof deviceClasses)[number];

/**
 * `GET /v1/recommend`. Query names: site, surface, count, rank, item, seeds (comma-separated, newest first), user, session,
 * entities (JSON), device, tz (minutes east of UTC), explain. `user`, `session`, `entities` and `seeds` are sent only with consent.
 */
export interface RecommendRequest {
  readonly site: SiteId;
  readonly surface: string;
  /** Items to show, 1 to limit.slateItems. */
  readonly count: number;
  /** 'device': a pack of candidates to be reranked; 'edge': a finished slate of `count`. */
  readonly rank: 'device' | 'edge';
  /** The item the page is about (similar items). */
  readonly item?: ItemId;
  /** Items of the visitor's recent clicks that consent allows to send; newest first. */
  readonly seeds: readonly ItemId[];
  readonly user?: UserKey;
  readonly session?: SessionId;
  /** Keys of named entities, as in events. */
  readonly entities?: Readonly<Record<string, string>>;
  readonly device: DeviceClass;
  /** Minutes east of UTC, for hour-of-day features; -840 to 840. */
  readonly timeZoneMinutes: number;
  /** ISO 3166-1 alpha-2, upper case: where the edge says that the request comes from. */
  readonly country?: string;
}
