import { forgetUser } from '../ingest/forget.ts';
import { ProblemError } from '../problem.ts';
import { checkBody, checkQuery } from '../schema/check.ts';
import { forgetRequest } from '../schema/event.ts';
import { userKey } from '../schema/id.ts';
import { siteQuery } from '../schema/query.ts';
import { requireAdmin } from './admin.ts';
import { readJson } from './body.ts';
import type { Route } from './context.ts';
import { admitSimple } from './simple.ts';
import { planOfSite } from './site.ts';

const bodyBytes = 1024;

/** `POST /v1/forget`: by the visitor, whose user key is the authority. `DELETE /v1/users/:id`: by the site's owner. */
export const forgetRoute: Route = (app, services) => {
  const { ports, traffic } = services;
  app.post('/v1/forget', async (c) => {
    const { site } = checkQuery(siteQuery, c.req.url);
    await admitSimple(c.req.raw, site, 'forget', services);
    const { user } = checkBody(forgetRequest, await readJson(c.req.raw, bodyBytes));
    return c.json({ site, ...(await forgetUser(site, user, ports)) });
  });

  app.delete('/v1/users/:id', async (c) => {
    await requireAdmin(c.req.header('authorization'), ports.secrets.adminToken);
    const { site } = checkQuery(siteQuery, c.req.url);
    const user = userKey.safeParse(c.req.param('id'));
    if (!user.success) throw new ProblemError('bad-parameter', 'id: must be a UUID in lower case', { at: 'id' });
    await planOfSite(site, traffic);
    return c.json({ site, ...(await forgetUser(site, user.data, ports)) }, 200, { 'cache-control': 'no-store' });
  });
};
