import type { Route } from './context.ts';
import { pathSite } from './path.ts';
import { planOfSite } from './site.ts';

/**
 * `DELETE /v1/admin/sites/:site/online/items`: states of items in the online store; a visitor's go with the visitor (forget.ts).
 * `POST /v1/admin/sites/:site/online/refresh`: copies of items' online features, from the states of now.
 */
export const adminOnlineRoute: Route = (app, { ports, traffic, itemCopies }) => {
  app.delete('/v1/admin/sites/:site/online/items', async (c) => {
    const site = pathSite(c.req.param('site'));
    await ports.online.clearItems(site);
    return c.json({ site });
  });

  app.post('/v1/admin/sites/:site/online/refresh', async (c) => {
    const site = pathSite(c.req.param('site'));
    await planOfSite(site, traffic);
    return c.json({ site, releases: await itemCopies.refresh(site) });
  });
};
