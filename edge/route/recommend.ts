import { type ItemId, isItemId } from '../../shared/contract/id.ts';
import type { RecommendRequest } from '../../shared/contract/request.ts';
import { ProblemError } from '../problem.ts';
import { type RecommendServices, recommend } from '../recommend.ts';
import { checkQuery } from '../schema/check.ts';
import { type RecommendQuery, recommendQuery, similarQuery } from '../schema/query.ts';
import type { Route } from './context.ts';

/** An answer is one visitor's, now. */
const headers = { 'cache-control': 'private, no-store' };

function requestOf(query: Omit<RecommendQuery, 'item'>, item: ItemId | undefined, raw: Request): RecommendRequest {
  const country = countryOf(raw);
  const { site, surface, count, rank, seeds, user, session, entities, device, tz } = query;
  return {
    site,
    surface,
    count,
    rank,
    seeds,
    device,
    timeZoneMinutes: tz,
    ...(country !== undefined && { country }),
    ...(item !== undefined && { item }),
    ...(user !== undefined && { user }),
    ...(session !== undefined && { session }),
    ...(entities !== undefined && { entities }),
  };
}

/** Where Cloudflare says that the request comes from; not what a header says. Tor (T1) and unknown (XX) are no countries. */
function countryOf({ cf }: Request): string | undefined {
  const country = cf?.country;
  return typeof country === 'string' && /^[A-Z]{2}$/.test(country) && country !== 'XX' ? country : undefined;
}

/** HEAD shows nobody anything: nothing is logged. */
export function quietFor(method: string, services: RecommendServices): RecommendServices {
  return method === 'HEAD' ? { ...services, ports: { ...services.ports, log: { send: async () => {} } } } : services;
}

/** `GET /v1/recommend` and `GET /v1/similar/:item`: the cascade. */
export const recommendRoute: Route = (app, services) => {
  app.get('/v1/recommend', async (c) => {
    const query = checkQuery(recommendQuery, c.req.url);
    return c.json(await recommend(requestOf(query, query.item, c.req.raw), quietFor(c.req.method, services)), 200, headers);
  });

  app.get('/v1/similar/:item', async (c) => {
    const query = checkQuery(similarQuery, c.req.url);
    const item = c.req.param('item');
    if (!isItemId(item))
      throw new ProblemError('bad-parameter', 'an item id has 1 to 128 characters, no control characters', { at: 'item' });
    return c.json(await recommend(requestOf(query, item, c.req.raw), quietFor(c.req.method, services)), 200, headers);
  });
};
