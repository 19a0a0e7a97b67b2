import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { ProblemError } from '../problem.ts';
import { readJson } from './body.ts';
import type { Route } from './context.ts';
import { pathRelease, pathSite } from './path.ts';

/** `PUT` and `GET /v1/admin/sites/:site/releases/:release`: one manifest; and the list of a site's releases. */
export const adminReleaseRoute: Route = (app, { ports, publisher }) => {
  app.put('/v1/admin/sites/:site/releases/:release', async (c) => {
    const [site, release] = [pathSite(c.req.param('site')), pathRelease(c.req.param('release'))];
    const manifest = await readJson(c.req.raw, limit.manifestBytes);
    return c.json(await publisher.putRelease(site, release, manifest));
  });

  app.get('/v1/admin/sites/:site/releases/:release', async (c) => {
    const [site, release] = [pathSite(c.req.param('site')), pathRelease(c.req.param('release'))];
    const manifest = await ports.files.stream(key.manifest(site, release));
    if (!manifest) throw new ProblemError('not-found', `${site} has no release ${release}`);
    return c.body(manifest.body, 200, { 'content-type': 'application/json', 'content-length': String(manifest.bytes) });
  });

  app.get('/v1/admin/sites/:site/releases', async (c) => {
    const site = pathSite(c.req.param('site'));
    return c.json({ site, releases: await ports.registry.releases(site) });
  });
};
