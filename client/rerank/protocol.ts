import type { ClientEvent, EventType } from '../../shared/contract/event.ts';
import type { ItemId, SiteId } from '../../shared/contract/id.ts';
import type { DisplayItem, Pack } from '../../shared/contract/pack.ts';
import type { Store } from '../store/store.ts';

/** What crosses between the page and its Web Worker: types only. */

export interface WorkerSettings {
  readonly site: SiteId;
  readonly edge: string;
  /** Folder of the client's parts: a blob worker has no address of its own to resolve them against. */
  readonly base: string;
  /** False: nothing is stored; history lives in the worker's memory and ends with the page. */
  readonly consent: boolean;
}

/** Something the visitor did, for local history. `pack` and `index` say which candidate, when it was one. */
export interface Deed {
  readonly type: EventType;
  readonly tMs: number;
  readonly item: ItemId;
  readonly value?: number;
  /** What the page knows of the item; the worker adds the vector of a pack it has seen. */
  readonly display?: DisplayItem;
}

export interface RerankJob {
  readonly pack: Pack;
  readonly nowMs: number;
  /** Whether to hand back what the ranker saw. */
  readonly explain: boolean;
}

/** The device's order of a pack's candidates. Indexed by candidate, like the pack's columns. */
export interface DeviceOrder {
  readonly engine: string;
  /** Candidates in the order that the policy allows, best first; those it dropped are absent. */
  readonly order: readonly number[];
  readonly scores: readonly number[];
  /** 0-based rank by score alone. */
  readonly rank: readonly number[];
  readonly propensities: readonly (number | undefined)[];
  /** By candidate; only with `explain`. These values may be shown, never sent. */
  readonly features?: readonly Readonly<Record<string, number>>[];
  readonly timing: Readonly<Record<string, number>>;
  /** Columns of the pack, grown by what the device found: the order is of these. */
  readonly more?: Partial<Pack> | undefined;
  /** Why nothing was looked for on the device, where a surface asks for it: the order is of the pack's own candidates. */
  readonly lapse?: 'find-late' | 'find-failed' | undefined;
}

/** Why the device did not rerank. Closed; appended to, never renamed. */
export type Refusal =
  | 'no-model' // the surface is not reranked
  | 'bad-pack' // columns do not decode
  | 'fetch-failed'
  | 'bad-digest'
  | 'bad-features' // the feature set cannot be read
  | `feature-hash:${string}:${string}` // pack or model is of the first feature set, the features are the second
  | 'model-refused' // neither engine takes the model
  | 'golden-mismatch'
  | 'bad-score' // the model gave NaN or an infinity
  | 'failed'; // anything else

export type RerankAnswer = { readonly ok: true; readonly device: DeviceOrder } | { readonly ok: false; readonly reason: Refusal };

/** An event on its way out, with what its batch needs. */
export interface OutboxEntry {
  readonly user: string;
  readonly session: string;
  readonly event: ClientEvent;
  /** Token of the event's slate. */
  readonly token?: string;
  /** The page that sends it, while that page lives. Where it is kept only; no request holds it. */
  readonly tab?: string;
}

/** What the worker does for the page. Every call is made under a deadline. */
export interface RerankWorker {
  open(settings: WorkerSettings): Promise<void>;
  ping(): Promise<void>;
  rerank(job: RerankJob): Promise<RerankAnswer>;
  /** Adds to local history; resolves when later reranks will see it. */
  record(deed: Deed): Promise<void>;
  /** Granted: from now on state is stored. Denied: what is stored is deleted. */
  consent(granted: boolean): Promise<void>;
  /** What is kept for the page: packs, their digests checked, and events on their way out. */
  readonly store: Pick<Store, 'keepPack' | 'lastPack' | 'outboxAdd' | 'outboxRemove' | 'outboxAll'>;
}
