import type { SiteId } from '../../shared/contract/id.ts';

/** Of a site's IndexedDB database and of its cache of release files: deleting both deletes what the client stored there. */
export const storeName = (site: SiteId): string => `vitrine:${site}`;

/** Of the one thing that is kept without a visitor: whom the edge has still to forget, see outbox/owed.ts. */
export const owedName = (site: SiteId): string => `${storeName(site)}:forget`;
