import type { ItemId } from './id.ts';

/** What a site says of one item. The item table of a release is an array of these; index = `Ordinal`. */
export interface Item {
  readonly id: ItemId;
  readonly title: string;
  /** Most important first. Films: genres. May be empty. */
  readonly categories: readonly string[];
  readonly brand?: string;
  /** In the site's currency. */
  readonly price?: number;
  /** Arrival in the catalogue (or first event), milliseconds since 1970. */
  readonly publishedAtMs?: number;
  /** Where a click leads. Absent: the site makes the link from the id. */
  readonly url?: string;
  readonly image?: string;
  /** Free text for search and content models. */
  readonly text?: string;
  /** False: never shown (sold out, withdrawn). Absent: true. */
  readonly available?: boolean;
}
