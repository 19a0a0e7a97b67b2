import { type EventType, eventTypes } from '../../shared/contract/event.ts';
import type { EventFilter } from '../../shared/feature/definition.ts';
import type { Dialect } from './dialect.ts';
import { column } from './entity.ts';
import { real } from './number.ts';

/** Columns of an event's item rather than of the event. */
const itemColumns = ['price', 'brand', 'categories'];
const numberColumns = ['value', 'quantity', 'price'];

/** The events that features read, with what they need of their items, as the common table expression `log`. */
export interface Source {
  /** A column of `log`; asking for it puts it there. */
  event(name: string): string;
  /** Condition for the feature's events. */
  matches(events: readonly EventType[], where?: EventFilter): string;
  expression(): string;
}

export interface SourceOptions {
  /** Whether events of one id may be there several times. The first that arrived counts, by `seq`. */
  readonly duplicates: boolean;
}

export function createSource(dialect: Dialect, { duplicates }: SourceOptions): Source {
  const needed = new Set<string>();
  const types = new Set<EventType>();
  const event = (name: string) => {
    needed.add(name);
    return column(name);
  };
  return {
    event,
    matches(events, where = {}) {
      for (const type of events) types.add(type);
      const conditions = [`type IN (${events.map(dialect.literal).join(', ')})`];
      if (where.surface !== undefined) conditions.push(`${event('surface')} = ${dialect.literal(where.surface)}`);
      if (where.minValue !== undefined) conditions.push(`${event('value')} >= ${real(where.minValue)}`);
      if (where.maxValue !== undefined) conditions.push(`${event('value')} <= ${real(where.maxValue)}`);
      return conditions.join(' AND ');
    },
    expression() {
      const columns = [...needed].map((name) => {
        const own = itemColumns.includes(name) ? `i.${column(name)}` : `e.${column(name)}`;
        return `${numberColumns.includes(name) ? dialect.finite(dialect.double(own)) : own} AS ${column(name)}`;
      });
      const join = itemColumns.some((name) => needed.has(name)) ? ' LEFT JOIN items AS i ON i.id = e.item' : '';
      const first = duplicates
        ? '(SELECT * FROM events QUALIFY id IS NULL OR row_number() OVER (PARTITION BY id ORDER BY seq) = 1)'
        : 'events';
      const all = types.size === eventTypes.length ? '' : ` WHERE e.type IN (${[...types].map(dialect.literal).join(', ')})`;
      return `log AS (SELECT ${['e.type AS type', 'e.tMs AS tMs', 'e.id AS id', 'e.seq AS seq', ...columns].join(', ')} FROM ${first} AS e${join}${all})`;
    },
  };
}
