import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Item } from '../../shared/contract/item.ts';
import { Failure } from '../failure.ts';
import { openCsv } from './csv.ts';
import { type ImportPlan, requireFile } from './plan.ts';
import type { RejectedLog } from './rejected.ts';

/** Tags of a film that enter its text, the most used first. */
const tagsPerItem = 20;

/**
 * GroupLens' files (https://files.grouplens.org/datasets/movielens/, the "latest" layout): movies.csv, ratings.csv and, if it is
 * there, tags.csv. Genres become categories; the year in the title and the tags become text for search. The title keeps its year.
 * `publishedAtMs` is the film's first rating, as for every item without an arrival date: the year of production says nothing about
 * when the catalogue got the film.
 */
export function planMovielens(input: readonly string[]): ImportPlan {
  const [directory, ...more] = input;
  if (directory === undefined || more.length > 0)
    throw new Failure('usage', 'The movielens format takes --in DIR, one directory.');
  if (!existsSync(directory)) throw new Failure('bad-input', `${directory}: no such directory.`);
  const movies = join(directory, 'movies.csv');
  const ratings = join(directory, 'ratings.csv');
  for (const file of [movies, ratings]) requireFile(file);
  return {
    name: basename(resolve(directory)),
    kind: 'csv',
    items: movies,
    events: [ratings],
    mapping: {
      items: { item: 'movieId', title: 'title', categories: 'genres' },
      events: { user: 'userId', item: 'movieId', value: 'rating', time: 'timestamp', type: '=rating' },
      entities: {},
      types: {},
    },
    async enrich(rejected) {
      const tags = await readTags(join(directory, 'tags.csv'), rejected);
      return (item) => describeFilm(item, tags.get(item.id) ?? []);
    },
  };
}

function describeFilm(item: Item, tags: readonly string[]): Item {
  const year = /\((\d{4})\)\s*$/.exec(item.title)?.[1];
  const text = [...(year ? [year] : []), ...tags].join(', ');
  const categories = item.categories.filter((category) => category !== '(no genres listed)');
  return { ...item, categories, ...(text && { text }) };
}

/** Film -> its tags in lower case, most used first, then by alphabet. */
async function readTags(file: string, rejected: RejectedLog): Promise<Map<string, string[]>> {
  const counts = new Map<string, Map<string, number>>();
  if (!existsSync(file)) return new Map();
  const source = await openCsv(file);
  for await (const rows of source.rows()) {
    for (const row of rows) {
      if (!row.cells) {
        if (row.complaint) rejected.add(basename(file), row, row.complaint);
        continue;
      }
      const film = String(row.cells.get('movieId') ?? '');
      const tag = String(row.cells.get('tag') ?? '')
        .trim()
        .toLowerCase();
      if (tag === '') continue;
      const ofFilm = counts.get(film) ?? new Map<string, number>();
      counts.set(film, ofFilm.set(tag, (ofFilm.get(tag) ?? 0) + 1));
    }
  }
  return new Map([...counts].map(([film, ofFilm]) => [film, mostUsed(ofFilm)]));
}

const mostUsed = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, tagsPerItem)
    .map(([tag]) => tag);
