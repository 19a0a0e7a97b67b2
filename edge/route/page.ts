import type { Assets } from '../port.ts';

/**
 * A page of the demo for a path that is no file: the demo finds its own way. Its pages of items are for everyone who asks; of other paths, the API's,
 * files by their extension and whoever does not ask for HTML get a 404 instead.
 */
export async function pageOf(request: Request, path: string, assets: Assets): Promise<Response | undefined> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const isItem = /^\/item\/[^/]+\/?$/.test(path);
  const isOther = path.startsWith('/v1/') || /\.[a-z0-9]+$/i.test(path) || !request.headers.get('accept')?.includes('text/html');
  if (isOther && !isItem) return undefined;
  const response = await assets.fetch(new Request(new URL('/', request.url), { method: request.method }));
  return response.ok ? response : undefined;
}
