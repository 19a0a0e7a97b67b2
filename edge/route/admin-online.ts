import type { Route } from './context.ts';
import { pathSite } from './path.ts';

/** `DELETE /v1/admin/sites/:site/online/items`: states of items in the online store. A visitor's go with the visitor: forget.ts. */
export const adminOnlineRoute: Route = (app, { ports }) => {
  app.delete('/v1/admin/sites/:site/online/items', async (c) => {
    const site = pathSite(c.req.param('site'));
    await ports.online.clearItems(site);
    return c.json({ site });
  });
};
