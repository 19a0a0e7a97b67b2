import MiniSearch from 'minisearch';
import type { TitleRow } from '../catalogue.ts';
import { readTitle } from '../title.ts';

/** Titles indexed per slice: a few milliseconds, so that no task is long. */
const sliceRows = 80;

export interface TitleIndex {
  /** Resolves when every title is in; searching before that finds what is in so far. */
  readonly ready: Promise<void>;
  /** Best first; typos are forgiven in words of four letters and more. */
  search(query: string, limit: number): readonly TitleRow[];
}

/** Lower case without accents and apostrophes: "amelie" finds Amélie, "bugs life" A Bug's Life. Null: not a term. */
const plainTerm = (term: string): string | null =>
  term
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’]/g, '')
    .toLowerCase() || null;

/** Builds an index over titles in slices between which the page can breathe. */
export function createTitleIndex(rows: readonly TitleRow[]): TitleIndex {
  const index = new MiniSearch<{ id: number; name: string; category: string }>({
    fields: ['name', 'category'],
    tokenize: (text) => text.split(/[^\p{L}\p{N}\p{M}'’]+/u),
    processTerm: plainTerm,
    searchOptions: {
      boost: { name: 3 },
      prefix: true,
      fuzzy: (term) => (term.length < 4 ? false : 0.2),
      weights: { fuzzy: 0.35, prefix: 0.7 },
      combineWith: 'AND',
    },
  });
  const documents = rows.map(([, title, category], id) => {
    const { name, year } = readTitle(title);
    return { id, name: year ? `${name} ${year}` : name, category };
  });
  const ready = index.addAllAsync(documents, { chunkSize: sliceRows });
  return {
    ready,
    search: (query, limit) => {
      const found = index.search(query).slice(0, limit);
      return found.map(({ id }) => rows[id as number]).filter((row) => row !== undefined);
    },
  };
}
