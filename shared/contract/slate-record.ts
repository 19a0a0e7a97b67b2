import type { ItemId, ReleaseId, SessionId, SiteId, SlateId, UserKey } from './id.ts';
import type { DeviceClass } from './request.ts';

export const slateRecordVersion = 1;

/**
 * One row of the slate log (NDJSON in R2): what one answer of the edge proposed, for learning. Columns: index i belongs to `items[i]`. It holds
 * served values only, never device values. The log is at-least-once: a slate may occur twice.
 */
export interface SlateRecord {
  readonly v: typeof slateRecordVersion;
  readonly site: SiteId;
  readonly slate: SlateId;
  readonly surface: string;
  readonly release: ReleaseId;
  readonly arm: string;
  readonly rank: 'device' | 'edge';
  readonly issuedAtMs: number;
  /** Items asked to be shown; `items` may hold more. */
  readonly count: number;
  readonly featureHash: string;
  /** Only with consent. */
  readonly user?: UserKey;
  readonly session?: SessionId;
  /** Keys of named entities, as the request had them. */
  readonly entities?: Readonly<Record<string, string>>;
  /** Context that served values were computed from, as of `issuedAtMs`; records of earlier builds lack it. */
  readonly timeZoneMinutes?: number;
  readonly device?: DeviceClass;
  readonly country?: string;
  /** The item that the page was about. */
  readonly item?: ItemId;
  /** What the client sent as its recent interest, newest first, which it does with consent only. */
  readonly seeds?: readonly ItemId[];
  readonly items: readonly string[];
  readonly scores: readonly number[];
  /** Bits over `sourceNames`. */
  readonly sources: readonly number[];
  readonly propensities: readonly number[];
  /** Base64 Float32 [n x s], as in the pack; empty where the record would not fit into a queue message. */
  readonly served: string;
  /** "stage/reason" */
  readonly degraded: readonly string[];
}
