import type { OnlineState } from './state/online.ts';
import type { TrendingShard } from './state/trending.ts';

/** Bindings of wrangler.toml. Only worker.ts and adapter/ see them. */
export interface Env {
  readonly ASSETS: Fetcher;
  readonly COPIES: KVNamespace;
  readonly FILES: R2Bucket;
  readonly DB: D1Database;
  readonly LOG: Queue;
  readonly TRENDING: DurableObjectNamespace<TrendingShard>;
  readonly ONLINE: DurableObjectNamespace<OnlineState>;
  readonly EVENT_RATE?: RateLimit;
  /** Secrets. Without ADMIN_TOKEN nothing can be published; without SIGNING_KEYS slates are unsigned and say so. */
  readonly ADMIN_TOKEN?: string;
  readonly SIGNING_KEYS?: string;
}
