import type { EventType } from '../../shared/contract/event.ts';
import type { EventItem, FeatureEvent } from '../../shared/feature/event.ts';
import type { Database } from '../adapter/duckdb.ts';
import { hoursOf, hoursSql } from './layout.ts';

/** An event as the Worker took it. */
export interface ReceivedEvent extends FeatureEvent {
  /** Worker's clock, in milliseconds. */
  readonly receivedMs: number;
}

interface Row {
  readonly id: string;
  readonly type: EventType;
  readonly user: string;
  readonly session: string;
  readonly item: string;
  readonly tMs: number;
  readonly receivedMs: number;
  readonly surface: string | null;
  readonly value: number | null;
  readonly quantity: number | null;
  readonly entities: string | null;
}

/**
 * Events of a log in order of receipt, an hour of them in memory at a time. What was put back from elsewhere tells when it was first received; here it is as
 * of the hour in which the Worker wrote it.
 */
export async function* receivedEvents(
  database: Database,
  log: string,
  itemOf: (id: string) => EventItem,
): AsyncGenerator<ReceivedEvent, undefined> {
  for (const hour of await hoursOf(log, 'event')) {
    const rows = await database.rows<Row>(`
      SELECT id, type, "user", session, item, "tMs"::DOUBLE AS "tMs", greatest("receivedMs", ${Date.parse(`${hour}:00:00Z`)})::DOUBLE AS "receivedMs",
        surface, value, quantity, entities
      FROM (SELECT NULL::VARCHAR AS entities WHERE false UNION ALL BY NAME FROM ${hoursSql(log, 'event', [hour])}) AS logged
      ORDER BY logged."receivedMs", id`);
    for (const { surface, value, quantity, entities, item, ...row } of rows)
      yield {
        ...row,
        item: itemOf(item),
        ...(surface !== null && { surface }),
        ...(value !== null && { value }),
        ...(quantity !== null && { quantity }),
        ...(entities !== null && { entities: JSON.parse(entities) as Record<string, string> }),
      };
  }
  return undefined;
}
