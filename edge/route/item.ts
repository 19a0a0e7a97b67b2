import { isItemId } from '../../shared/contract/id.ts';
import { displayItem } from '../../shared/contract/pack.ts';
import { ProblemError } from '../problem.ts';
import type { Route } from './context.ts';
import { releaseOfSite } from './site.ts';

/** One minute: a new release may change an item. */
const cacheControl = 'public, max-age=60, stale-while-revalidate=600';

/** `GET /v1/items/:id` and `GET /v1/titles`: what pages say of items. */
export const itemRoute: Route = (app, services) => {
  app.get('/v1/items/:id', async (c) => {
    const { site, release } = await releaseOfSite(c.req.url, services);
    const id = c.req.param('id');
    const ordinal = isItemId(id) ? release.open.ordinalOf(id) : undefined;
    const item = ordinal === undefined ? undefined : release.open.items[ordinal];
    if (!item) throw new ProblemError('unknown-item', `${site} has no item ${id.slice(0, 128)}`, { at: 'id' });
    return c.json(displayItem(item), 200, { 'cache-control': cacheControl });
  });

  app.get('/v1/titles', async (c) => {
    const { release } = await releaseOfSite(c.req.url, services);
    const etag = `"${release.delta ?? release.id}"`;
    const headers = { 'cache-control': cacheControl, etag };
    if (c.req.header('if-none-match')?.includes(etag)) return c.body(null, 304, headers);
    const shown = release.open.items.filter(({ available }) => available !== false);
    const items = shown.map(({ id, title, categories }) => [id, title, categories[0] ?? '']);
    return c.json({ release: release.id, items }, 200, headers);
  });
};
