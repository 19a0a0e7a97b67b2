import type { EventType } from '../../shared/contract/event.ts';
import type { ItemId } from '../../shared/contract/id.ts';
import type { DraftEvent } from '../log/draft.ts';
import { type EventField, type Mapping, typeOf } from './mapping.ts';
import type { FieldReader } from './reader.ts';

const valued: ReadonlySet<EventType> = new Set(['rating', 'dwell', 'play']);

/** Reads an event; look at `reader.complaint` before using it. A log without visitors is one of sessions. */
export function readEvent(reader: FieldReader<EventField>, mapping: Mapping, defaultType: EventType): DraftEvent {
  const session = reader.id('session');
  const name = reader.text('type');
  const type = name === undefined ? defaultType : typeOf(name, mapping);
  if (type === undefined) reader.complain('unknown-type', `type is not an event type: ${name}`);
  const tMs = reader.time('time');
  if (tMs === undefined) reader.complain('missing-field', 'time is empty');
  const value = reader.number('value', -1e12, 1e12);
  if (type && valued.has(type) && value === undefined) reader.complain('missing-value', `a ${type} event needs a value`);
  return {
    id: reader.id('id'),
    type: type ?? defaultType,
    user: reader.id('user') ?? session ?? reader.required('user'),
    session,
    item: reader.required('item') as ItemId,
    tMs: (tMs ?? 0) + Math.round((reader.number('timeOffsetSeconds', -1e9, 1e9) ?? 0) * 1000),
    surface: reader.text('surface'),
    slate: reader.id('slate'),
    position: reader.integer('position', 0, 32_767),
    propensity: reader.number('propensity', 0, 1),
    order: orderOf(reader.text('order')),
    value,
    quantity: reader.number('quantity', 0, 1e9),
    verified: reader.boolean('verified'),
  };
}

/** A column `order` is more often an order number than ours. */
const orderOf = (text: string | undefined): DraftEvent['order'] => (text === 'edge' || text === 'device' ? text : undefined);
