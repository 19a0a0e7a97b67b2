/** Which methods a path takes: by the app's own table of routes, made once. HEAD comes with GET. */
export function allowedMethods(
  routes: readonly { readonly method: string; readonly path: string }[],
): (path: string) => readonly string[] {
  const table = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  for (const { method, path } of routes) {
    if (method === 'ALL') continue;
    const entry = table.get(path) ?? { pattern: new RegExp(`^${path.replace(/:[a-z0-9]+/gi, '[^/]+')}$`), methods: new Set() };
    entry.methods.add(method);
    if (method === 'GET') entry.methods.add('HEAD');
    table.set(path, entry);
  }
  const entries = [...table.values()];
  return (path) => entries.flatMap(({ pattern, methods }) => (pattern.test(path) ? [...methods] : []));
}
