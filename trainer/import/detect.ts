import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { datasetFiles } from '../log/dataset.ts';

export const importFormats = ['movielens', 'csv', 'ndjson'] as const;
/** A log directory is no table of rows: it is taken as a whole (log/to-dataset.ts). */
export const logFormat = 'log';
export type ImportFormat = (typeof importFormats)[number];

const extensions: Readonly<Record<'csv' | 'ndjson', readonly string[]>> = { csv: ['csv', 'tsv'], ndjson: ['ndjson', 'jsonl'] };

/** Files of a directory that `vitrine import` takes for items and events: `items.csv`, `events.csv`, `events-2.csv` ... */
export function standardFiles(directory: string, format: 'csv' | 'ndjson'): { items?: string; events: string[] } {
  const pattern = new RegExp(`^(items|events)([-_.].*)?\\.(${extensions[format].join('|')})$`);
  const names = readdirSync(directory)
    .filter((name) => pattern.test(name))
    .sort();
  const items = names.find((name) => name.startsWith('items'));
  const events = names.filter((name) => name.startsWith('events')).map((name) => join(directory, name));
  return items ? { items: join(directory, items), events } : { events };
}

/** What a directory holds, if it is anything that can be trained on or imported without further options. */
export function detectInput(directory: string): 'dataset' | ImportFormat | undefined {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) return undefined;
  const has = (name: string) => existsSync(join(directory, name));
  if (has(datasetFiles.info) && has(datasetFiles.events)) return 'dataset';
  if (has('movies.csv') && has('ratings.csv')) return 'movielens';
  return (['csv', 'ndjson'] as const).find((format) => standardFiles(directory, format).events.length > 0);
}
