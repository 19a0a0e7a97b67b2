import { z } from 'zod';
import { eventVersion } from '../../shared/contract/event.ts';
import { limit } from '../../shared/contract/limit.ts';
import { anyEventId, entities, eventId, itemId, sessionId, siteId, slateId, surfaceName, userKey } from './id.ts';

const time = z.number().min(0).max(8.64e15);
const shown = {
  item: itemId,
  surface: surfaceName.optional(),
  slate: slateId.optional(),
  position: z.int().min(0).max(10_000).optional(),
  entities: entities.optional(),
};
const amount = z.number().min(0).max(1e9);

/** Events by type, each with its own payload beside what all have; unknown members are dropped. */
const byType = <Shape extends z.ZodRawShape>(base: Shape) =>
  z.discriminatedUnion('type', [
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

/** One event as a client sends it. */
export const clientEvent = byType({
  id: eventId,
  ...shown,
  t: time.meta({ description: 'Client clock, milliseconds since 1970' }),
});

/** One row of the log, as it is put back by hand. */
export const logEvent = byType({
  id: anyEventId,
  ...shown,
  site: siteId,
  user: userKey,
  session: sessionId,
  tMs: time,
  receivedMs: time,
  verified: z.literal(true).optional(),
});
export type ParsedEvent = z.infer<typeof clientEvent>;

/** The batch without looking into its events: those are judged one by one. */
export const eventEnvelope = z.object({
  v: z.literal(eventVersion),
  user: userKey,
  session: sessionId,
  sentAt: time.meta({ description: 'Client clock at sending, milliseconds since 1970' }),
  events: z.array(z.unknown()),
  tokens: z.record(z.string(), z.string().max(2048)).optional(),
});

/** Body of `POST /v1/forget`. */
export const forgetRequest = z.object({ user: userKey });

/** For the OpenAPI document: the same envelope with the events it accepts. */
export const eventBatch = eventEnvelope.extend({ events: z.array(clientEvent).max(limit.eventBatchCount) });
