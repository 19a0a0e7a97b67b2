import type { ItemId } from '../../shared/contract/id.ts';
import type { DisplayItem } from '../../shared/contract/pack.ts';

/** Genres in turn, so that every fourth item is of one genre. */
export const genres = ['drama', 'comedy', 'western', 'horror'] as const;

/** A small made-up catalogue: ids "1" to "200". */
export const catalogue: readonly DisplayItem[] = Array.from({ length: 200 }, (_, i) => ({
  id: String(i + 1) as ItemId,
  title: `Film ${i + 1}`,
  categories: [genres[i % genres.length] as string],
  price: 5 + (i % 7),
  publishedAtMs: 1_600_000_000_000 + i * 86_400_000,
}));
