import { readFileSync } from 'node:fs';
import { type EventType, eventTypes } from '../../shared/contract/event.ts';
import { Failure } from '../failure.ts';
import { entityName } from '../log/write.ts';
import type { Cells } from './row.ts';

/**
 * Fields of both files, each with the column names that are taken for it without a mapping. Names are compared without case,
 * spaces, `_` and `-`. Where a row has several, the first with a value wins.
 */
export const itemColumns = {
  item: ['id', 'item', 'itemid', 'product', 'productid', 'sku'],
  title: ['title', 'name', 'itemtitle', 'productname'],
  categories: ['categories', 'category', 'genres'],
  brand: ['brand'],
  price: ['price'],
  publishedAt: ['publishedat', 'publishedatms', 'published', 'addedat', 'createdat'],
  url: ['url', 'link'],
  image: ['image', 'imageurl'],
  text: ['text', 'description'],
  available: ['available', 'instock'],
} as const;
export const eventColumns = {
  id: ['id', 'eventid'],
  type: ['type', 'eventtype', 'event', 'action'],
  user: ['user', 'userid', 'visitor', 'visitorid', 'customer', 'customerid'],
  session: ['session', 'sessionid'],
  item: ['item', 'itemid', 'product', 'productid', 'sku'],
  time: ['time', 't', 'tms', 'timestamp', 'ts', 'datetime', 'date', 'eventtime'],
  /** Added to `time`: for logs whose time is a day and whose order is a count. */
  timeOffsetSeconds: [],
  surface: ['surface'],
  slate: ['slate', 'slateid'],
  position: ['position'],
  propensity: ['propensity', 'propensityscore'],
  order: ['order'],
  value: ['value', 'rating'],
  quantity: ['quantity', 'qty'],
  verified: ['verified'],
} as const;
export type ItemField = keyof typeof itemColumns;
export type EventField = keyof typeof eventColumns;

/** Other systems' names of the contract's event types. Compared as column names are. */
const typeNames: Readonly<Record<string, EventType>> = {
  ...Object.fromEntries(eventTypes.map((type) => [type, type])),
  addtocart: 'cart',
  add: 'cart',
  basket: 'cart',
  transaction: 'purchase',
  buy: 'purchase',
  order: 'purchase',
  pageview: 'view',
  detail: 'view',
  show: 'impression',
  rate: 'rating',
  watch: 'play',
  listen: 'play',
};

/** Where fields come from: a column `name`, a template `{a}-{b}` of columns, or a constant `=text`. */
export interface Mapping {
  readonly items: Readonly<Partial<Record<ItemField, string>>>;
  readonly events: Readonly<Partial<Record<EventField, string>>>;
  /** By name of the entity. */
  readonly entities: Readonly<Record<string, string>>;
  /** The source's name of an event type -> ours. */
  readonly types: Readonly<Record<string, EventType>>;
}

export const emptyMapping: Mapping = { items: {}, events: {}, entities: {}, types: {} };

export const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

/** The contract's type for a source's name of it, if there is one. */
export function typeOf(name: string, mapping: Mapping): EventType | undefined {
  const plain = plainName(name);
  if (Object.hasOwn(mapping.types, name)) return mapping.types[name];
  return Object.hasOwn(typeNames, plain) ? typeNames[plain] : undefined;
}

/**
 * Reads `--map` values: `field=column`, `items.field=column` or `events.field=column` for one file only, `entities.name=column`, `type:theirs=ours`; several may
 * be joined by commas outside braces; or the path of a JSON file with `{ "field": "column" }` of the same keys.
 * @throws Failure `usage` for an unknown field.
 */
export function parseMapping(values: readonly string[]): Mapping {
  const items: Partial<Record<ItemField, string>> = {};
  const events: Partial<Record<EventField, string>> = {};
  const entities: Record<string, string> = {};
  const types: Record<string, EventType> = {};
  for (const [key, source] of values.flatMap(pairsOf)) {
    const [scope, field] = key.includes('.') ? (key.split('.', 2) as [string, string]) : ['', key];
    if (key.startsWith('type:')) {
      types[key.slice(5)] = knownType(source, key);
      continue;
    }
    if (scope === 'entities') {
      if (!entityName.test(field))
        throw new Failure('usage', `--map ${key}=...: not the name of an entity.`, 'Example: --map entities.card=card_id');
      entities[field] = source;
      continue;
    }
    if (scope === '' && field === 'id') {
      throw new Failure('usage', '--map id=... could mean either file.', 'Say items.id=... or events.id=...');
    }
    const itemField = field === 'id' ? 'item' : field;
    const toItems = scope !== 'events' && Object.hasOwn(itemColumns, itemField);
    const toEvents = scope !== 'items' && Object.hasOwn(eventColumns, field);
    if (toItems) items[itemField as ItemField] = source;
    if (toEvents) events[field as EventField] = source;
    if (!toItems && !toEvents) throw unknownField(key);
  }
  return { items, events, entities, types };
}

function pairsOf(value: string): [string, string][] {
  if (value.endsWith('.json') && !value.includes('=')) return pairsOfFile(value);
  return value.split(/,(?![^{]*\})/).map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1)
      throw new Failure('usage', `--map ${pair}: expected field=column.`, 'Example: --map user=customer_id,time=created');
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
}

function pairsOfFile(path: string): [string, string][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Failure('bad-input', `Cannot read the mapping ${path}: ${(error as Error).message}`);
  }
  const entries = Object.entries(parsed ?? {});
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    throw new Failure('bad-input', `${path}: a mapping is one JSON object of texts: { "user": "customer_id" }.`);
  }
  return entries;
}

function knownType(name: string, key: string): EventType {
  const type = eventTypes.find((each) => each === name);
  if (!type) throw new Failure('usage', `--map ${key}=${name}: not an event type.`, `Types: ${eventTypes.join(', ')}.`);
  return type;
}

const unknownField = (key: string) =>
  new Failure(
    'usage',
    `--map ${key}=...: no such field.`,
    `Items: ${Object.keys(itemColumns).join(', ')}. Events: ${Object.keys(eventColumns).join(', ')}, entities.NAME.`,
  );

export type Getter = (cells: Cells) => unknown;

/**
 * A getter for each field that the file has, by mapping or by a known name. Where the columns are complete, a mapped one must be among them.
 * @throws Failure `bad-input` naming the columns found.
 */
export function resolveFields<Field extends string>(
  known: Readonly<Partial<Record<Field, readonly string[]>>>,
  mapped: Readonly<Partial<Record<Field, string>>>,
  source: { readonly file: string; readonly columns: readonly string[]; readonly complete: boolean },
): Partial<Record<Field, Getter>> {
  const getters: Partial<Record<Field, Getter>> = {};
  const byName = new Map(source.columns.map((column) => [plainName(column), column]));
  for (const field of new Set([...Object.keys(known), ...Object.keys(mapped)]) as Set<Field>) {
    const expression = mapped[field];
    const found = (known[field] ?? []).flatMap((name) => byName.get(name) ?? []);
    if (expression !== undefined) getters[field] = getterOf(expression, field, source);
    else if (found.length > 0) getters[field] = (cells) => firstPresent(cells, found);
  }
  return getters;
}

/** Rows of one NDJSON file may use different names. */
function firstPresent(cells: Cells, columns: readonly string[]): unknown {
  for (const column of columns) {
    const value = cells.get(column);
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

function getterOf(expression: string, field: string, source: Parameters<typeof resolveFields>[2]): Getter {
  if (expression.startsWith('=')) return () => expression.slice(1);
  const names = expression.includes('{') ? [...expression.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '') : [expression];
  const absent = names.find((name) => !source.columns.includes(name));
  if (absent !== undefined && source.complete) {
    throw new Failure('bad-input', `${source.file}: no column "${absent}" (for ${field}).`, columnsFound(source.columns));
  }
  if (!expression.includes('{')) return (cells) => cells.get(expression);
  return (cells) => {
    let empty = true;
    const text = expression.replace(/\{([^}]*)\}/g, (_, name: string) => {
      const value = String(cells.get(name) ?? '').trim();
      if (value !== '') empty = false;
      return value;
    });
    // A template of nothing but empty columns says nothing.
    return empty ? undefined : text.trim();
  };
}

export const columnsFound = (columns: readonly string[]): string =>
  `Columns found: ${columns.join(', ') || 'none'}. Name the right one with --map FIELD=COLUMN.`;
