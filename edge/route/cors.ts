/** Public routes answer any page; admin routes answer no page. */
const isPublic = (path: string) => !path.startsWith('/v1/admin/');

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

/** The answer with what lets a page of any origin read it. No cookies: credentials are never allowed. */
export function allowOrigins(request: Request, response: Response): Response {
  if (!isPublic(new URL(request.url).pathname)) return response;
  const open = new Response(response.body, response);
  open.headers.set('access-control-allow-origin', '*');
  open.headers.set('access-control-expose-headers', 'etag, retry-after');
  open.headers.set('cross-origin-resource-policy', 'cross-origin');
  open.headers.set('timing-allow-origin', '*');
  open.headers.set('x-content-type-options', 'nosniff');
  return open;
}
