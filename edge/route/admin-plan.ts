import type { TrafficPlan } from '../../shared/contract/traffic.ts';
import { ProblemError } from '../problem.ts';
import { checkBody } from '../schema/check.ts';
import { planChange } from '../schema/plan.ts';
import { readJson } from './body.ts';
import type { Route } from './context.ts';
import { pathSite } from './path.ts';

const planBytes = 64 * 1024;

/** `GET` and `PUT /v1/admin/sites/:site/plan`: the live pointer, from the truth. A site without a plan has version 0. */
export const adminPlanRoute: Route = (app, { ports, publisher, itemCopies }) => {
  app.get('/v1/admin/sites/:site/plan', async (c) => {
    const site = pathSite(c.req.param('site'));
    const none: TrafficPlan = { site, version: 0, salt: '-', arms: [] };
    return c.json((await ports.registry.plan(site)) ?? none);
  });

  app.put('/v1/admin/sites/:site/plan', async (c) => {
    const site = pathSite(c.req.param('site'));
    const { expect, plan } = checkBody(planChange, await readJson(c.req.raw, planBytes));
    if (plan.site !== site)
      throw new ProblemError('bad-body', `the plan is of ${plan.site}, the path of ${site}`, { at: '/plan/site' });
    const live = await publisher.putPlan(site, expect, plan);
    ports.defer(itemCopies.refresh(site));
    return c.json(live);
  });
};
