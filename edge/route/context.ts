import type { Hono } from 'hono';
import type { ItemCopies } from '../feature/item-copies.ts';
import type { OnlineUpdates } from '../feature/update.ts';
import type { Signer } from '../pack/token.ts';
import type { Ports } from '../port.ts';
import type { Publisher } from '../registry/publish.ts';
import type { Serving } from '../registry/serving.ts';
import type { Traffic } from '../registry/traffic.ts';
import type { TrendingMemo } from '../retrieve/trending.ts';

/** What routes call. Made once per isolate by app.ts. */
export interface Services {
  readonly ports: Ports;
  readonly traffic: Traffic;
  readonly serving: Serving;
  readonly updates: OnlineUpdates;
  readonly itemCopies: ItemCopies;
  readonly publisher: Publisher;
  readonly trending: TrendingMemo;
  /** Undefined: SIGNING_KEYS is not set or not valid. */
  readonly signer: Signer | undefined;
}

/** Adds its paths to the app. */
export type Route = (app: Hono, services: Services) => void;
