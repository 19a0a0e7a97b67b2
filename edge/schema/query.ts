import { z } from 'zod';
import { logTypes } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { deviceClasses } from '../../shared/contract/request.ts';
import { entities, itemId, sessionId, sha256, siteId, surfaceName, userKey } from './id.ts';

/** A query parameter that is an integer: digits only, so that "", "NaN", "1e3" and "0x10" are refused. */
const integer = (minimum: number, maximum: number, fallback: number) =>
  z
    .string()
    .regex(/^-?\d{1,9}$/, 'must be an integer')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .default(fallback);

const count = (fallback: number) => integer(1, limit.slateItems, fallback);

export const siteQuery = z.object({ site: siteId });

/** The visitor and their context; `user`, `session` and `seeds` are sent only with consent. */
const context = {
  site: siteId,
  count: count(12),
  rank: z.enum(['device', 'edge']).default('device'),
  seeds: z
    .string()
    .max(limit.seeds * 130)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(itemId).max(limit.seeds))
    .default([])
    .meta({ description: 'Comma-separated items of recent clicks, newest first; unknown ones are ignored' }),
  user: userKey.optional(),
  session: sessionId.optional(),
  entities: z
    .string()
    .max(4096)
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('must be a JSON object');
        return z.NEVER;
      }
    })
    .pipe(entities)
    .optional()
    .meta({ description: 'Keys of named entities as a JSON object, {"card":"4711"}, for features of them' }),
  device: z.enum(deviceClasses).default('other'),
  tz: integer(-840, 840, 0).meta({ description: 'Minutes east of UTC' }),
  explain: z.enum(['0', '1', 'true', 'false']).optional(),
};

/** `GET /v1/recommend` */
export const recommendQuery = z.object({ ...context, surface: surfaceName.default('home'), item: itemId.optional() });
/** `GET /v1/similar/:item` */
export const similarQuery = z.object({ ...context, surface: surfaceName.default('similar') });
/** `GET /v1/popular` */
export const popularQuery = z.object({
  site: siteId,
  count: count(12),
  category: z.string().min(1).max(128).optional(),
});
export type RecommendQuery = z.output<typeof recommendQuery>;

const hour = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d$/, 'must be YYYY-MM-DDTHH (UTC)');
const type = z.enum(logTypes);
const cursor = z.string().max(1024).optional();
const logKey = z.string().max(1024);

/** `GET /v1/admin/sites/:site/log/hours` */
export const hoursQuery = z.object({ type, after: hour.optional() });
/** `GET /v1/admin/sites/:site/log` */
export const logQuery = z.object({ type, hour: hour.optional(), cursor, limit: integer(1, 1000, 1000) });
/** `GET /v1/admin/sites/:site/log/object` */
export const objectQuery = z.object({ key: logKey });
/** `DELETE /v1/admin/sites/:site/log/object` */
export const removeQuery = z.object({ key: logKey, sha256 });
/** `GET /v1/admin/sites/:site/forgotten` */
export const cursorQuery = z.object({ cursor });
/** `POST /v1/admin/sites/:site/events/replay` */
export const replayQuery = z.object({
  receivedMs: z
    .string()
    .regex(/^\d{1,16}$/, 'must be milliseconds since 1970')
    .transform(Number)
    .pipe(z.number().max(8.64e15))
    .optional()
    .meta({ description: 'When the original batch arrived; required for a batch' }),
});
