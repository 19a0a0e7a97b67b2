import type { ReleaseId, SiteId } from '../shared/contract/id.ts';
import type { OnlinePlace } from '../shared/contract/key.ts';
import type { TrafficPlan } from '../shared/contract/traffic.ts';
import type { EntityPlan } from '../shared/feature/entity.ts';
import type { FeatureEvent } from '../shared/feature/event.ts';
import type { RankKernel, ScanKernel } from '../shared/kernel/kernel.ts';
import type { LogMessage } from './ingest/message.ts';

/** What the Worker needs of the world. worker.ts makes these of bindings; tests make them of memory or of local bindings. */
export interface Ports {
  readonly files: FileStore;
  readonly copies: CopyStore;
  readonly registry: Registry;
  readonly log: LogQueue;
  readonly trending: TrendingCounts;
  readonly online: OnlineStore;
  readonly gate: Gate;
  readonly assets: Assets;
  /** `openScan` gives a kernel of its own to each release: a kernel holds one table of vectors. */
  readonly kernels: { readonly rank: RankKernel; readonly openScan: () => ScanKernel };
  readonly secrets: { readonly adminToken: string | undefined; readonly signingKeys: string | undefined };
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Lets work go on after the answer; its failure is reported, never thrown. */
  readonly defer: (work: Promise<unknown>) => void;
}

export interface StoredFile {
  readonly body: ReadableStream<Uint8Array>;
  readonly bytes: number;
}

export interface FileList {
  readonly objects: readonly {
    readonly key: string;
    readonly bytes: number;
    readonly uploadedMs: number;
    /** Of the content, where the store checked it when it was written. */
    readonly sha256?: string;
  }[];
  readonly cursor?: string;
}

export interface FolderList {
  readonly folders: readonly string[];
  readonly more: boolean;
}

/** The truth of files and logs. Strongly consistent. */
export interface FileStore {
  size(key: string): Promise<number | undefined>;
  read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  stream(key: string): Promise<StoredFile | undefined>;
  /** Stores bytes only if their SHA-256 is the given one. A stream must have a known length. */
  writeVerified(key: string, body: ReadableStream | Uint8Array, sha256: string): Promise<'written' | 'wrong-digest'>;
  write(key: string, body: ReadableStream | Uint8Array | string): Promise<void>;
  /** Stores only where nothing is stored; exactly one of concurrent callers gets true. */
  create(key: string, body: Uint8Array<ArrayBuffer> | string): Promise<boolean>;
  /** Objects in the order of their keys. */
  list(prefix: string, cursor: string | undefined, limit: number): Promise<FileList>;
  /** Names of what lies under the prefix, up to the next slash, in order, behind the name `after`. */
  folders(prefix: string, after: string | undefined, limit: number): Promise<FolderList>;
  /** Removing what is not there is no failure. */
  remove(key: string): Promise<void>;
}

/** Copies for fast reads, eventually consistent. Any call may fail without harm. */
export interface CopyStore {
  read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  readText(key: string): Promise<string | undefined>;
  /** @param lifeSeconds The copy may be gone after this time; absent: it stays. */
  write(key: string, value: string | Uint8Array, lifeSeconds?: number): Promise<void>;
}

export interface ReleaseRow {
  readonly release: ReleaseId;
  readonly createdMs: number;
  readonly items: number;
  readonly bytes: number;
}

/** The truth of traffic plans. */
export interface Registry {
  plan(site: SiteId): Promise<TrafficPlan | undefined>;
  /** Stores `next` if the stored version is `expect` (0: none), with an audit row, in one transaction. False: another version is stored. */
  swapPlan(expect: number, next: TrafficPlan, atMs: number): Promise<boolean>;
  addRelease(site: SiteId, row: ReleaseRow): Promise<void>;
  hasRelease(site: SiteId, release: ReleaseId): Promise<boolean>;
  /** The newest 100, newest first. */
  releases(site: SiteId): Promise<readonly ReleaseRow[]>;
  /** The plans of every site. */
  plans(): Promise<readonly TrafficPlan[]>;
}

/** At-least-once. Rejects when it cannot take the message. */
export interface LogQueue {
  send(message: LogMessage): Promise<void>;
}

export interface TrendingItem {
  readonly item: string;
  /** Decayed number of interactions, > 0. */
  readonly count: number;
}

/** An interaction that makes an item trend. */
export interface TrendingEvent {
  /** Of the event: adding the same id again changes nothing. */
  readonly id: string;
  readonly item: string;
  readonly tMs: number;
}

export interface TrendingCounts {
  /** Highest first. */
  top(site: SiteId, limit: number): Promise<readonly TrendingItem[]>;
  add(site: SiteId, events: readonly TrendingEvent[]): Promise<void>;
}

/** An event as the online store takes it. */
export interface OnlineEvent extends FeatureEvent {
  readonly id: string;
  /** Worker's clock: a visitor is forgotten up to a time of arrival. */
  readonly receivedMs: number;
}

export interface OnlineUpdate {
  /** Of all feature sets that are live, by kind of entity. */
  readonly plans: readonly EntityPlan[];
  readonly events: readonly OnlineEvent[];
  readonly nowMs: number;
}

/** Entities of one kind, and what of them. */
export interface OnlineRead {
  readonly plan: EntityPlan;
  readonly keys: readonly string[];
}

/** [keys x plan.features], row-major. */
export interface OnlineReadings {
  /** Raw; NaN = missing. */
  readonly values: Float64Array;
  /** Milliseconds since the newest event that counts; NaN: none. */
  readonly ages: Float64Array;
  /** 1: there is a value, and it is older than the feature's time to live. */
  readonly stale: Uint8Array;
}

/** Streaming states of entities, by the plans of entity.ts. */
export interface OnlineStore {
  /**
   * Adds events to the states of their entities in this place, each id once. What is older than limit.onlineLateSeconds changes nothing.
   * @returns Up to when the visitor (or session) of this place is forgotten: what was received by then is not added; 0: never.
   */
  update(site: SiteId, place: OnlinePlace, change: OnlineUpdate): Promise<number>;
  /** Many entities in one call. An entity that was never seen reads as one without events; reading stores nothing. */
  read(site: SiteId, place: OnlinePlace, reads: readonly OnlineRead[], nowMs: number): Promise<readonly OnlineReadings[]>;
  /** Drops the states of a visitor and of the visitor's sessions, and what was received up to `untilMs` and comes later. */
  forget(site: SiteId, user: string, untilMs: number): Promise<void>;
  /** Drops the states of all items of a site. */
  clearItems(site: SiteId): Promise<void>;
}

/** Rate limit. An unavailable limiter allows. */
export interface Gate {
  allows(key: string): Promise<boolean>;
}

export interface Assets {
  fetch(request: Request): Promise<Response>;
}
