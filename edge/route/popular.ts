import { popularSlate } from '../popular.ts';
import { checkQuery } from '../schema/check.ts';
import { popularQuery } from '../schema/query.ts';
import type { Route } from './context.ts';
import { quietFor } from './recommend.ts';

/** `GET /v1/popular`: a finished slate by popularity alone. */
export const popularRoute: Route = (app, services) => {
  app.get('/v1/popular', async (c) => {
    const { site, count, category } = checkQuery(popularQuery, c.req.url);
    const request = { site, count, surface: 'popular', rank: 'edge', seeds: [], device: 'other', timeZoneMinutes: 0 } as const;
    return c.json(await popularSlate(request, category, quietFor(c.req.method, services)), 200, {
      'cache-control': 'private, no-store',
    });
  });
};
