import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { EventType } from '../../shared/contract/event.ts';
import type { Item } from '../../shared/contract/item.ts';
import { Failure } from '../failure.ts';
import { type ImportFormat, standardFiles } from './detect.ts';
import { type Mapping, parseMapping } from './mapping.ts';
import type { RejectedLog } from './rejected.ts';

/** What is imported, from where, and how its columns are read. */
export interface ImportPlan {
  readonly name: string;
  readonly kind: 'csv' | 'ndjson';
  /** Absent: items are made from the events. */
  readonly items?: string;
  readonly events: readonly string[];
  readonly mapping: Mapping;
  /** Type of events that do not say it. */
  readonly defaultType?: EventType;
  /** Prepares a change of each item; may read further files and reject their rows. */
  readonly enrich?: (rejected: RejectedLog) => Promise<(item: Item) => Item>;
}

export interface PlanOptions {
  readonly format: ImportFormat;
  /** Directory or files. */
  readonly input: readonly string[];
  readonly items?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly map?: readonly string[] | undefined;
  readonly defaultType?: EventType | undefined;
}

/** File of a mapping that is used where no other is given. */
const mappingFile = 'map.json';

/** The plan of a csv or ndjson import. @throws Failure when no events file is found. */
export function planTables(options: PlanOptions, kind: 'csv' | 'ndjson'): ImportPlan {
  const [first] = options.input;
  const directory = first !== undefined && isDirectory(first) ? first : undefined;
  const named = directory === undefined ? sortFiles(options.input) : standardFiles(directory, kind);
  const items = options.items ?? named.items;
  const events = options.events?.length ? options.events : named.events;
  if (events.length === 0) throw noEvents(options.input, directory, kind);
  for (const file of [...(items ? [items] : []), ...events]) requireFile(file);
  const ownMapping = directory !== undefined && existsSync(join(directory, mappingFile)) ? [join(directory, mappingFile)] : [];
  const mapping = parseMapping(options.map?.length ? options.map : ownMapping);
  const name = basename(resolve(directory ?? events[0] ?? ''));
  return {
    name,
    kind,
    events,
    mapping,
    ...(items && { items }),
    ...(options.defaultType && { defaultType: options.defaultType }),
  };
}

const isDirectory = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** A file whose name begins like a catalogue is one; all others are events. */
function sortFiles(files: readonly string[]): { items?: string; events: string[] } {
  const items = files.find((file) => /^(items?|products?|catalog)/i.test(basename(file)));
  const events = files.filter((file) => file !== items);
  return items ? { items, events } : { events };
}

export function requireFile(file: string): void {
  if (!existsSync(file)) throw new Failure('bad-input', `${file}: no such file.`);
  if (!statSync(file).isFile()) throw new Failure('bad-input', `${file} is not a file.`);
}

function noEvents(input: readonly string[], directory: string | undefined, kind: string): Failure {
  if (directory === undefined) {
    const missing = input.find((path) => !existsSync(path));
    if (missing !== undefined) return new Failure('bad-input', `${missing}: no such file or directory.`);
    return new Failure('usage', 'No events file is given.', 'Give --in DIR, or --events FILE and --items FILE.');
  }
  const found = readdirSync(directory).slice(0, 12).join(', ');
  return new Failure(
    'bad-input',
    `${directory} has no events.${kind}. Files found: ${found || 'none'}.`,
    'Name the files with --events FILE and --items FILE.',
  );
}
