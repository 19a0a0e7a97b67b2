import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { ProblemError } from '../problem.ts';
import type { Route } from './context.ts';
import { pathEngine } from './path.ts';
import { contentLength } from './upload.ts';

const contentType = (name: string) => (name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript; charset=utf-8');

/** Engine binaries too large for static assets; the same for every site. Named by version, so an upload replaces nothing in use. */
export const engineRoute: Route = (app, { ports }) => {
  app.get('/v1/engine/:name', async (c) => {
    const name = pathEngine(c.req.param('name'));
    const file = await ports.files.stream(key.engine(name));
    if (!file) throw new ProblemError('not-found', `no engine ${name}`);
    return c.body(file.body, 200, {
      'content-type': contentType(name),
      'content-length': String(file.bytes),
      'cache-control': 'public, max-age=86400, stale-while-revalidate=604800',
    });
  });

  app.put('/v1/admin/engine/:name', async (c) => {
    const name = pathEngine(c.req.param('name'));
    const bytes = contentLength(c.req.raw, limit.releaseFileBytes);
    await ports.files.write(key.engine(name), c.req.raw.body ?? new Uint8Array());
    return c.json({ name, bytes }, 201);
  });
};
