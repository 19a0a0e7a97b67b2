/** The public API answers any page; what the site's owner does and the demo's pages do not. */
const isPublic = (path: string) => (path.startsWith('/v1/') && !/^\/v1\/(admin|users)\//.test(path)) || path === '/openapi.json';

/** Answer to `OPTIONS`. */
export function preflight(path: string, methods: readonly string[]): Response {
  const headers = new Headers({ allow: [...methods, 'OPTIONS'].join(', ') });
  if (isPublic(path)) {
    headers.set('access-control-allow-methods', methods.join(', '));
    headers.set('access-control-allow-headers', 'content-type');
    headers.set('access-control-max-age', '86400');
  }
  return new Response(null, { status: 204, headers });
}

/** Adds what lets a page of any origin read the answer. No cookies: credentials are never allowed. */
export function allowOrigins(request: Request, response: Response): Response {
  if (!isPublic(new URL(request.url).pathname)) return response;
  // Our own answers: their headers are ours to change, and a copy would send the body through another stream.
  response.headers.set('access-control-allow-origin', '*');
  response.headers.set('access-control-expose-headers', 'etag, retry-after');
  response.headers.set('cross-origin-resource-policy', 'cross-origin');
  response.headers.set('timing-allow-origin', '*');
  response.headers.set('x-content-type-options', 'nosniff');
  return response;
}
