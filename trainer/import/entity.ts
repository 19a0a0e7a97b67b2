import { entityName } from '../log/write.ts';
import { type Mapping, resolveFields } from './mapping.ts';
import { FieldReader } from './reader.ts';
import type { Cells, Complaint, RowSource } from './row.ts';

export interface ReadEntities {
  /** Absent when the row names none. */
  readonly entities?: Readonly<Record<string, string>>;
  readonly complaint?: Complaint;
}

const prefix = 'entities.';

/**
 * A reader of named entities: columns that are mapped, columns `entities.<name>`, and members of an object `entities`. A later one of a name counts.
 * Keys are as other ids.
 */
export function entityReader(mapping: Mapping, source: RowSource, nowMs: number): (cells: Cells) => ReadEntities {
  const columns: Record<string, string> = {};
  for (const column of source.columns)
    if (column.startsWith(prefix) && entityName.test(column.slice(prefix.length))) columns[column] = column;
  for (const [name, column] of Object.entries(mapping.entities)) columns[prefix + name] = column;
  const getters = resolveFields<string>({}, columns, source);
  const reader = new FieldReader<string>(getters, nowMs);
  const nested = source.columns.includes('entities');
  return (cells) => {
    const entities: Record<string, string> = {};
    if (nested) {
      const complaint = readObject(cells.get('entities'), entities);
      if (complaint) return { complaint };
    }
    reader.open(cells);
    for (const field of Object.keys(getters)) {
      const key = reader.id(field);
      if (key !== undefined) entities[field.slice(prefix.length)] = key;
    }
    if (reader.complaint) return { complaint: reader.complaint };
    return Object.keys(entities).length > 0 ? { entities } : {};
  };
}

function readObject(value: unknown, into: Record<string, string>): Complaint | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) return { code: 'bad-id', reason: 'entities is not an object' };
  const reader = new FieldReader<string>(
    Object.fromEntries(Object.keys(value).map((name) => [prefix + name, (cells) => cells.get(name)])),
    0,
  );
  reader.open({ get: (name) => (value as Readonly<Record<string, unknown>>)[name] });
  for (const name of Object.keys(value)) {
    if (!entityName.test(name)) return { code: 'bad-id', reason: `${name} is not the name of an entity` };
    const key = reader.id(prefix + name);
    if (key !== undefined) into[name] = key;
  }
  return reader.complaint;
}
