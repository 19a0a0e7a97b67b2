import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Item } from '../../shared/contract/item.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { Failure } from '../failure.ts';
import { datasetFiles, readItems } from './dataset.ts';

/** Where a log directory keeps the items of the release that is live. */
export const logItemsFile = 'items.json';

/**
 * The items that a log's events name.
 * @param path a data set, a release directory, a log directory that has `items.json`, such a file (a list of Item), or one Item per line (`.ndjson`).
 * @throws Failure `bad-input`
 */
export async function readCatalogue(path: string): Promise<Item[]> {
  if (!existsSync(path)) throw new Failure('bad-input', `${path}: no such file or directory.`);
  if (!statSync(path).isDirectory()) return readItemsJson(path);
  const table = join(path, datasetFiles.items);
  if (existsSync(table)) return readItemsTable(table);
  const file = join(path, logItemsFile);
  if (existsSync(file)) return readItemsJson(file);
  throw new Failure(
    'bad-input',
    `${path} has neither ${datasetFiles.items} nor ${logItemsFile}.`,
    'Name a data set or a release with --items, or bring the items of the live release with `vitrine pull --items`.',
  );
}

async function readItemsTable(path: string): Promise<Item[]> {
  const database = await openDatabase();
  try {
    return await readItems(database, path);
  } finally {
    database.close();
  }
}

async function readItemsJson(path: string): Promise<Item[]> {
  let items: unknown;
  try {
    const text = await readFile(path, 'utf8');
    const lines = () => text.split('\n').filter((line) => line.trim() !== '');
    items = path.endsWith('.ndjson') ? lines().map((line): unknown => JSON.parse(line)) : JSON.parse(text);
  } catch (error) {
    throw new Failure('bad-input', `${path} is not JSON: ${(error as Error).message}`);
  }
  const isItem = (item: Partial<Item> | null) =>
    typeof item?.id === 'string' && typeof item.title === 'string' && Array.isArray(item.categories);
  if (Array.isArray(items) && items.length > 0 && items.every(isItem)) return items as Item[];
  throw new Failure('bad-input', `${path} is not a list of items.`);
}
