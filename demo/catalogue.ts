import type { DisplayItem } from '../shared/contract/pack.ts';

/** [id, title, leading category] */
export type TitleRow = readonly [id: string, title: string, category: string];

/** What the site knows of its items: what rails have shown, else what the Worker says. */
export interface Catalogue {
  readonly site: string;
  remember(items: readonly DisplayItem[]): void;
  known(id: string): DisplayItem | undefined;
  /** `undefined`: there is no such item. Rejects when the network fails. */
  item(id: string): Promise<DisplayItem | undefined>;
  /** Every title, once. Rejects when the network fails, and asks again the next time. */
  titles(): Promise<readonly TitleRow[]>;
}

export function createCatalogue(site: string): Catalogue {
  const items = new Map<string, DisplayItem>();
  const query = `?site=${encodeURIComponent(site)}`;
  let titles: Promise<readonly TitleRow[]> | undefined;

  async function get<T>(path: string): Promise<T | undefined> {
    const response = await fetch(path + query);
    if (response.status === 404 || response.status === 400) return undefined;
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return (await response.json()) as T;
  }

  async function loadTitles(): Promise<readonly TitleRow[]> {
    return (await get<{ items: TitleRow[] }>('/v1/titles'))?.items ?? [];
  }

  return {
    site,
    known: (id) => items.get(id),
    remember: (shown) => {
      for (const item of shown) items.set(item.id, item);
    },
    item: async (id) => {
      const known = items.get(id) ?? (await get<DisplayItem>(`/v1/items/${encodeURIComponent(id)}`));
      if (known) items.set(id, known);
      return known;
    },
    titles: () => {
      titles ??= loadTitles().catch((failure: unknown) => {
        titles = undefined;
        throw failure;
      });
      return titles;
    },
  };
}
