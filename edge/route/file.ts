import { key } from '../../shared/contract/key.ts';
import { ProblemError } from '../problem.ts';
import { checkQuery } from '../schema/check.ts';
import { siteQuery } from '../schema/query.ts';
import type { Route } from './context.ts';
import { pathSha256 } from './path.ts';

/** `GET /v1/files/:sha256?site=`: a file of that site's releases, by content, for ever. */
export const fileRoute: Route = (app, { ports }) => {
  app.get('/v1/files/:sha256', async (c) => {
    const sha256 = pathSha256(c.req.param('sha256'));
    const { site } = checkQuery(siteQuery, c.req.url);
    const headers = { etag: `"${sha256}"`, 'cache-control': 'public, max-age=31536000, immutable' };
    // Content is the name: who has it has the right bytes, whatever is stored here.
    if (c.req.header('if-none-match')?.includes(`"${sha256}"`)) return c.body(null, 304, headers);
    const file = await ports.files.stream(key.file(site, sha256));
    if (!file) throw new ProblemError('not-found', `${site} has no file ${sha256}`);
    const length = String(file.bytes);
    return c.body(file.body, 200, { ...headers, 'content-type': 'application/octet-stream', 'content-length': length });
  });
};
