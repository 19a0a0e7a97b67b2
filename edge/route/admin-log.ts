import { ProblemError } from '../problem.ts';
import { checkQuery } from '../schema/check.ts';
import { logQuery } from '../schema/query.ts';
import type { Route } from './context.ts';
import { pathSite } from './path.ts';

const pageObjects = 1000;

/** The log of a site, for the trainer: a list of objects and the bytes of one. */
export const adminLogRoute: Route = (app, { ports }) => {
  app.get('/v1/admin/sites/:site/log', async (c) => {
    const site = pathSite(c.req.param('site'));
    const { type, hour, cursor } = checkQuery(logQuery, c.req.url);
    const prefix = `site/${site}/log/${type}/${hour === undefined ? '' : `hour=${hour}/`}`;
    return c.json(await ports.files.list(prefix, cursor, pageObjects));
  });

  app.get('/v1/admin/sites/:site/log/object', async (c) => {
    const site = pathSite(c.req.param('site'));
    const name = new URL(c.req.url).searchParams.get('key') ?? '';
    // Keys of another site, and of this site's files, are not the log's.
    if (!name.startsWith(`site/${site}/log/`))
      throw new ProblemError('bad-parameter', `not a key of the log of ${site}`, { at: 'key' });
    const object = await ports.files.stream(name);
    if (!object) throw new ProblemError('not-found', `no object ${name}`);
    return c.body(object.body, 200, { 'content-type': 'application/x-ndjson', 'content-length': String(object.bytes) });
  });
};
