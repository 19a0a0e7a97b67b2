import { z } from 'zod';
import { eventVersion } from '../../shared/contract/event.ts';
import { limit } from '../../shared/contract/limit.ts';
import { eventId, itemId, sessionId, slateId, surfaceName, userKey } from './id.ts';

const base = {
  id: eventId,
  item: itemId,
  t: z.number().min(0).max(8.64e15).meta({ description: 'Client clock, milliseconds since 1970' }),
  surface: surfaceName.optional(),
  slate: slateId.optional(),
  position: z.int().min(0).max(10_000).optional(),
};
const amount = z.number().min(0).max(1e9);

/** One event as a client sends it; unknown members are dropped. */
export const clientEvent = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('impression'),
    propensity: z.number().gt(0).max(1).optional(),
    order: z.enum(['edge', 'device']).optional(),
  }),
  z.object({ ...base, type: z.enum(['view', 'click', 'skip', 'hide']) }),
  z.object({ ...base, type: z.enum(['dwell', 'play', 'rating']), value: amount }),
  z.object({
    ...base,
    type: z.enum(['cart', 'purchase', 'conversion']),
    value: amount.optional(),
    quantity: z.number().gt(0).max(1e6).optional(),
  }),
]);
export type ParsedEvent = z.infer<typeof clientEvent>;

/** The batch without looking into its events: those are judged one by one. */
export const eventEnvelope = z.object({
  v: z.literal(eventVersion),
  user: userKey,
  session: sessionId,
  sentAt: z.number().min(0).max(8.64e15).meta({ description: 'Client clock at sending, milliseconds since 1970' }),
  events: z.array(z.unknown()),
  tokens: z.record(z.string(), z.string().max(2048)).optional(),
});

/** For the OpenAPI document: the same envelope with the events it accepts. */
export const eventBatch = eventEnvelope.extend({ events: z.array(clientEvent).max(limit.eventBatchCount) });
