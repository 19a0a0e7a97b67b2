/** What the address bar says. `missing` is a path of no page. */
export type Route = { readonly view: 'home' } | { readonly view: 'item'; readonly item: string } | { readonly view: 'missing' };

/** The route of a path such as `/` or `/item/318`. Never throws: a broken escape is a missing page. */
export function parseRoute(path: string): Route {
  if (path === '/' || path === '/index.html') return { view: 'home' };
  const encoded = /^\/item\/([^/]+)\/?$/.exec(path)?.[1];
  if (encoded === undefined) return { view: 'missing' };
  try {
    return { view: 'item', item: decodeURIComponent(encoded) };
  } catch {
    return { view: 'missing' };
  }
}

/** The path of an item's page; the inverse of `parseRoute`. */
export const itemPath = (item: string): string => `/item/${encodeURIComponent(item)}`;

/** Switches kept in the fragment, so that nothing needs to be stored and a link carries them. */
export interface Flags {
  /** The inspector is open. */
  readonly inspect: boolean;
  /** The visitor refused personalisation. */
  readonly private: boolean;
}

/** Reads `#inspect&private`. Unknown words are ignored. */
export function parseFlags(fragment: string): Flags {
  const words = fragment.replace(/^#/, '').split('&');
  return { inspect: words.includes('inspect'), private: words.includes('private') };
}

/** The fragment of these flags, with its `#`; empty when none is set. */
export function fragmentOf(flags: Flags): string {
  const words = [flags.inspect && 'inspect', flags.private && 'private'].filter(Boolean);
  return words.length > 0 ? `#${words.join('&')}` : '';
}
