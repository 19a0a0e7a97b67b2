import { type Flags, fragmentOf, parseFlags, parseRoute, type Route } from './route.ts';

/** `arrived`: by a link, so that the page starts at its top and its heading takes the focus. `restored`: by back, forward or reload. */
export type Passage = 'arrived' | 'restored';

interface Entry {
  readonly key: number;
  readonly y?: number;
}

export interface Navigation {
  readonly flags: Flags;
  go(path: string): void;
  /** Writes flags into the fragment without a new history entry. */
  flag(change: Partial<Flags>): void;
}

/**
 * Pages within one document: same-origin links to paths that a route knows are shown without a load, so that rails stay alive.
 * Scroll positions are kept per history entry in memory, and in the entry itself when the page goes away.
 */
export function startNavigation(show: (route: Route, passage: Passage) => void | Promise<void>): Navigation {
  history.scrollRestoration = 'manual';
  const scrolls = new Map<number, number>();
  let flags = parseFlags(location.hash);
  let entry = (history.state as Entry | null) ?? { key: Date.now() };
  history.replaceState(entry, '');
  if (entry.y !== undefined) scrolls.set(entry.key, entry.y);
  let y = 0;

  addEventListener('scroll', () => (y = scrollY), { passive: true });
  addEventListener('pagehide', () => history.replaceState({ key: entry.key, y }, ''));

  async function visit(passage: Passage): Promise<void> {
    const { key } = entry;
    const target = passage === 'arrived' ? 0 : (scrolls.get(key) ?? 0);
    await show(parseRoute(location.pathname), passage);
    if (key !== entry.key) return;
    // Scrolling lays the page out at once; asking where it is would, too.
    if (target !== y) scrollTo({ top: target, behavior: 'instant' });
    y = target;
  }

  addEventListener('popstate', (event) => {
    scrolls.set(entry.key, y);
    entry = (event.state as Entry | null) ?? { key: Date.now() };
    flags = parseFlags(location.hash);
    void visit('restored');
  });

  const go = (path: string) => {
    scrolls.set(entry.key, y);
    entry = { key: Date.now() + Math.random() };
    history.pushState(entry, '', path + fragmentOf(flags));
    void visit('arrived');
  };

  // A rail may exchange what the link shows while the click is still on its way here: where it led is noted first.
  let led = '';
  const linkOf = (event: MouseEvent) => (event.target instanceof Element ? event.target.closest('a') : null);
  addEventListener('click', (event) => (led = linkOf(event)?.href ?? ''), { capture: true });

  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = linkOf(event);
    if (!link || !led || link.target || link.hasAttribute('download')) return;
    const to = new URL(led);
    if (to.origin !== location.origin || parseRoute(to.pathname).view === 'missing' || to.hash) return;
    event.preventDefault();
    if (to.pathname !== location.pathname) go(to.pathname);
    else scrollTo({ top: 0, behavior: 'smooth' });
  });

  queueMicrotask(() => void visit('restored'));
  return {
    get flags() {
      return flags;
    },
    go,
    flag: (change) => {
      flags = { ...flags, ...change };
      history.replaceState(entry, '', location.pathname + fragmentOf(flags));
    },
  };
}
