import type { SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import type { TrafficPlan } from '../../shared/contract/traffic.ts';
import type { Ports } from '../port.ts';
import { trafficPlan } from '../schema/plan.ts';

/** How long an isolate goes without looking whether a plan has changed. */
const freshMs = 5000;
const heldSites = 1000;

export interface PlanAnswer {
  /** Undefined: the deployment has no such site. Version 0 without arms: the site has releases and none is live. */
  readonly plan: TrafficPlan | undefined;
  /** The registry could not be asked; this is the last plan that was seen. */
  readonly stale: boolean;
}

/** What traffic plan a site has, from the nearest place that knows. */
export interface Traffic {
  /** @throws Error when the registry cannot be asked and nothing was seen before. */
  planOf(site: SiteId): Promise<PlanAnswer>;
  /** Takes a plan that this isolate has just stored. */
  adopt(plan: TrafficPlan): void;
  /** Forgets that a site was unknown. */
  forget(site: SiteId): void;
}

interface Held {
  plan: TrafficPlan | undefined;
  atMs: number;
}

/**
 * Plans by copy (KV), then truth (D1), with a few seconds of memory. A copy may be older than what this isolate has seen: versions
 * never go back.
 */
export function createTraffic(ports: Pick<Ports, 'copies' | 'registry' | 'nowMs' | 'defer'>): Traffic {
  const held = new Map<SiteId, Held>();
  const flights = new Map<SiteId, Promise<Held>>();

  const hold = (site: SiteId, plan: TrafficPlan | undefined): Held => {
    const known = held.get(site)?.plan;
    const newest = known && known.version > (plan?.version ?? -1) ? known : plan;
    const entry = { plan: newest, atMs: ports.nowMs() };
    held.delete(site);
    held.set(site, entry);
    for (const oldest of held.keys()) {
      if (held.size <= heldSites) break;
      held.delete(oldest);
    }
    return entry;
  };

  const look = async (site: SiteId): Promise<Held> => {
    const copy = await readCopy(site, ports.copies);
    if (copy) return hold(site, copy);
    const plan = await ports.registry.plan(site);
    if (plan) ports.defer(ports.copies.write(key.plan(site), JSON.stringify(plan)));
    if (plan) return hold(site, plan);
    const known = (await ports.registry.releases(site)).length > 0;
    return hold(site, known ? { site, version: 0, salt: '-', arms: [] } : undefined);
  };

  return {
    async planOf(site) {
      const entry = held.get(site);
      if (entry && ports.nowMs() - entry.atMs < freshMs) return { plan: entry.plan, stale: false };
      let flight = flights.get(site);
      if (!flight) {
        flight = look(site).finally(() => flights.delete(site));
        flights.set(site, flight);
        // Others wait for this look; it must not end with the request that began it.
        ports.defer(flight);
      }
      try {
        return { plan: (await flight).plan, stale: false };
      } catch (error) {
        if (entry?.plan) return { plan: entry.plan, stale: true };
        throw error;
      }
    },
    adopt(plan) {
      hold(plan.site, plan);
    },
    forget(site) {
      if (held.get(site)?.plan === undefined) held.delete(site);
    },
  };
}

/** The copy, if there is one that is a plan of this very site. */
async function readCopy(site: SiteId, copies: Ports['copies']): Promise<TrafficPlan | undefined> {
  try {
    const text = await copies.readText(key.plan(site));
    if (text === undefined) return undefined;
    const parsed = trafficPlan.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.site === site ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes the copy of a site's plan. Two publishers may write theirs in the wrong order, so the truth is read again after each write;
 * what slips through is repaired by the next scheduled run.
 */
export async function copyPlan(site: SiteId, ports: Pick<Ports, 'copies' | 'registry'>): Promise<void> {
  let plan = await ports.registry.plan(site);
  for (let attempt = 0; plan && attempt < 3; attempt++) {
    await ports.copies.write(key.plan(site), JSON.stringify(plan));
    const now = await ports.registry.plan(site);
    if (now?.version === plan.version) return;
    plan = now;
  }
}
