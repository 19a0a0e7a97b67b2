import type { SiteId } from '../shared/contract/id.ts';

/** What the script tag says, after defaults. */
export interface Settings {
  readonly site: SiteId;
  /** Origin (and path prefix) of the edge, without a trailing slash. Default: where the script came from. */
  readonly edge: string;
  /** Folder that the script came from, with a trailing slash: its other parts lie there. */
  readonly base: string;
  /** `data-worker`: a copy of the worker on the page's own origin, for policies that allow nothing else. */
  readonly worker?: string;
  /** What the page says of the visitor's consent. Denied: what earlier pages stored is deleted. Nothing said: not touched. */
  readonly consent?: 'granted' | 'denied';
}
