import { copyPlan } from './registry/traffic.ts';
import type { Services } from './route/context.ts';

/**
 * What the cron trigger does, site after site: the copy of the plan, which a failed or overtaken write left behind, and the copies of items' online features.
 * What fails is reported and done by the next run; it keeps no other site from its turn.
 */
export async function runSchedule({ ports, itemCopies }: Services): Promise<void> {
  for (const { site } of await ports.registry.plans())
    for (const [name, work] of [
      ['plan copy', () => copyPlan(site, ports)],
      ['item copies', () => itemCopies.refresh(site)],
    ] as const)
      await work().catch((error) => console.warn(name, site, error));
}
