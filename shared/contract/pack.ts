import type { ItemId, ReleaseId, SiteId, SlateId } from './id.ts';
import type { Item } from './item.ts';
import type { SurfaceRules } from './surface.ts';

export const packVersion = 1;

/** A step that failed or was late, and that the answer went on without. */
export interface Degraded {
  readonly stage: 'assign' | 'retrieve' | 'rank' | 'policy' | 'features' | 'log';
  /** Closed vocabulary per stage, for example "source-late:nearest". */
  readonly reason: string;
  /** Stage features: how many values are missing for that reason, and of which features. */
  readonly count?: number;
  readonly features?: readonly string[];
}

/** What the page renders: an item without its free text. */
export type DisplayItem = Omit<Item, 'text' | 'available'>;

export function displayItem({ text: _text, available: _available, ...shown }: Item): DisplayItem {
  return shown;
}

/** A file that the device may fetch from `GET /v1/files/:sha256?site=`, immutable. */
export interface FileReference {
  readonly sha256: string;
  readonly bytes: number;
}

/** See shared/release/private.ts. */
export interface PrivateReference {
  readonly index: FileReference;
  /** Candidates to find. */
  readonly limit: number;
  /** SHA-256 of the file of what has changed in the catalogue since the release (shared/release/delta.ts). */
  readonly delta?: string;
  /** On the device, once the pack has grown: the columns that the edge signed. */
  readonly signed?: Pick<Pack, 'items' | 'scores' | 'sources' | 'propensities' | 'served' | 'vectors'>;
}

/**
 * The signed answer of the edge: candidates in edge order with what the device needs to rerank them. Columns, not rows:
 * index i of each column belongs to `items[i]`. Base64 is standard, padded; numbers little-endian.
 */
export interface Pack {
  readonly v: typeof packVersion;
  readonly site: SiteId;
  readonly slate: SlateId;
  readonly surface: string;
  readonly release: ReleaseId;
  readonly arm: string;
  readonly issuedAtMs: number;
  readonly featureHash: string;
  readonly rules: SurfaceRules;
  readonly rerank: boolean;
  /** Number of items to show. `items` may hold up to limit.packCandidates. */
  readonly count: number;
  readonly items: readonly DisplayItem[];
  /** Edge score per item, descending unless policy moved an item. */
  readonly scores: readonly number[];
  /** Bit set over `sourceNames` per item: which sources proposed it. */
  readonly sources: readonly number[];
  /** Probability with which the policy put this item at this position. */
  readonly propensities: readonly number[];
  /** Float32 [n x s], row-major: features that the edge serves, in the order of `served` in the feature set. NaN = missing. */
  readonly served: string;
  /** Int8 [n x dim] row-major and Float32 [n] scales: vector = scale * int8. */
  readonly vectors: { readonly dim: number; readonly data: string; readonly scales: string };
  /** What to fetch to rerank; absent when `rerank` is false. */
  readonly model?: {
    readonly heavy: FileReference;
    readonly features: FileReference;
    readonly golden: FileReference;
    readonly engine: 'kernel' | 'onnx';
  };
  /** Where `retrieval` of the surface is private: what the device finds further candidates with. */
  readonly private?: PrivateReference;
  readonly degraded: readonly Degraded[];
  /** Milliseconds of each stage at the edge. workerd's clock stands still between I/O, so CPU stages read 0 in production. */
  readonly timing: Readonly<Record<string, number>>;
  /**
   * `v1.<key id>.<payload>.<HMAC-SHA256>`, base64url. The payload binds site, slate, surface, release, arm, issuedAtMs and the SHA-256 of
   * `packDigestText(pack)`. The device checks the digest of a stored pack; the edge checks the HMAC when events come back.
   */
  readonly token: string;
}

/** The payload inside `Pack.token`. */
export interface SlateClaim {
  readonly site: SiteId;
  readonly slate: SlateId;
  readonly surface: string;
  readonly release: ReleaseId;
  readonly arm: string;
  readonly issuedAtMs: number;
  /** SHA-256 (hex) of `packDigestText`. */
  readonly digest: string;
}

/** The text whose digest the token signs: everything that decides an order or a propensity. */
export function packDigestText(
  pack: Pick<Pack, 'items' | 'scores' | 'propensities' | 'served' | 'vectors' | 'model' | 'private'>,
): string {
  return JSON.stringify([
    pack.items.map((item) => item.id),
    pack.scores,
    pack.propensities,
    pack.served,
    pack.vectors.data,
    pack.model?.heavy.sha256 ?? null,
    pack.model?.features.sha256 ?? null,
    ...(pack.private ? [pack.private.index.sha256, pack.private.delta ?? null] : []),
  ]);
}

/** Answer of `rank=edge`: what API clients without a browser show. */
export interface SlateAnswer {
  readonly v: typeof packVersion;
  readonly slate: SlateId;
  readonly surface: string;
  readonly release: ReleaseId;
  readonly arm: string;
  readonly items: readonly (DisplayItem & { readonly score: number; readonly propensity: number; readonly id: ItemId })[];
  readonly degraded: readonly Degraded[];
  readonly timing: Readonly<Record<string, number>>;
  readonly token: string;
}
