import { key } from '../../shared/contract/key.ts';
import type { TrendingCounts } from '../port.ts';
import type { TrendingShard } from '../state/trending.ts';

/** Trending counts over Durable Objects, one per site: batches come from the queue's consumer, some per second at most. */
export function durableTrending(namespace: DurableObjectNamespace<TrendingShard>): TrendingCounts {
  return {
    async top(site, limit) {
      return await namespace.getByName(key.trending(site, 0)).top(limit);
    },
    async add(site, events) {
      await namespace.getByName(key.trending(site, 0)).add(events);
    },
  };
}
