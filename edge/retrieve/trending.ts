import type { ItemId, SiteId } from '../../shared/contract/id.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import { nothing, type Retrieved } from '../../shared/retrieval/retrieved.ts';
import type { Ports, TrendingItem } from '../port.ts';

const freshMs = 10_000;
const heldSites = 200;
/** Read once for every surface: more than any asks of this source in practice. */
const readItems = 200;

/** What trends on a site, some seconds old at most while the site is visited. */
export interface TrendingMemo {
  top(site: SiteId): Promise<readonly TrendingItem[]>;
}

/** One read per site and some seconds and isolate. What is older is used while the next read is under way; a failed read is tried again. */
export function createTrendingMemo(ports: Pick<Ports, 'trending' | 'nowMs' | 'defer'>): TrendingMemo {
  const held = new Map<SiteId, { atMs: number; items: Promise<readonly TrendingItem[]> }>();
  return {
    top(site) {
      const known = held.get(site);
      if (known && ports.nowMs() - known.atMs < freshMs) return known.items;
      const read = ports.trending.top(site, readItems);
      ports.defer(read.catch(() => {}));
      // A failed refresh leaves what was known; a failed first read is the caller's.
      const items = known ? read.catch(() => known.items) : read;
      held.delete(site);
      held.set(site, { atMs: ports.nowMs(), items });
      items.catch(() => held.delete(site));
      for (const oldest of held.keys()) {
        if (held.size <= heldSites) break;
        held.delete(oldest);
      }
      return known ? known.items : items;
    },
  };
}

/** Trending items that the release knows, highest first. Score = decayed number of interactions. */
export function trendingList(items: readonly TrendingItem[], release: Pick<OpenRelease, 'ordinalOf'>, limit: number): Retrieved {
  const found = items.flatMap(({ item, count }) => {
    const ordinal = release.ordinalOf(item as ItemId);
    return ordinal === undefined ? [] : [{ ordinal, count }];
  });
  if (found.length === 0) return nothing;
  const head = found.slice(0, limit);
  return {
    ordinals: Uint32Array.from(head, ({ ordinal }) => ordinal),
    scores: Float32Array.from(head, ({ count }) => count),
  };
}
