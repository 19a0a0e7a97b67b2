import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { ProblemError } from '../problem.ts';
import type { Route } from './context.ts';
import { pathSha256, pathSite } from './path.ts';
import { contentLength, drain } from './upload.ts';

/** `PUT` and `HEAD`/`GET /v1/admin/sites/:site/files/:sha256`: one immutable file; what it is is in the manifest. */
export const adminFileRoute: Route = (app, { ports, publisher }) => {
  app.get('/v1/admin/sites/:site/files/:sha256', async (c) => {
    const [site, sha256] = [pathSite(c.req.param('site')), pathSha256(c.req.param('sha256'))];
    const bytes = await ports.files.size(key.file(site, sha256));
    if (bytes === undefined) throw new ProblemError('not-found', `no file ${sha256}`);
    return c.json({ sha256, bytes });
  });

  app.put('/v1/admin/sites/:site/files/:sha256', async (c) => {
    const [site, sha256] = [pathSite(c.req.param('site')), pathSha256(c.req.param('sha256'))];
    const bytes = contentLength(c.req.raw, limit.releaseFileBytes);
    const body = c.req.raw.body ?? new Uint8Array();
    const written = await publisher.putFile(site, sha256, body, bytes);
    if (!written) await drain(c.req.raw);
    return c.json({ sha256, bytes, written }, written ? 201 : 200);
  });
};
