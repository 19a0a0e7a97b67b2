import type { EventType } from '../contract/event.ts';

const interestTypes: ReadonlySet<EventType> = new Set(['view', 'click', 'cart', 'purchase', 'play', 'rating', 'conversion']);

/** Whether the event says that the visitor cares for the item: the newest such items are the seeds of retrieval, on the device and in training. */
export const showsInterest = (type: EventType): boolean => interestTypes.has(type);

/** Whether the item counts as seen after the event, for surfaces with `excludeSeen`: cared for, or refused. */
export const makesSeen = (type: EventType): boolean => type === 'hide' || interestTypes.has(type);
