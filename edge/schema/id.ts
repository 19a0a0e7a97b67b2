import { z } from 'zod';
import type { EventId, ItemId, ReleaseId, SessionId, Sha256, SiteId, SlateId, UserKey } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';

/** A checked string of a branded type; the brand exists for the compiler only. */
const branded = <Id extends string>(schema: z.ZodString) => schema as unknown as z.ZodType<Id, string>;

const uuid = () =>
  z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'must be a UUID in lower case');
const hex64 = () => z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case');

export const siteId = branded<SiteId>(
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and -, and not begin with -'),
);
export const itemId = branded<ItemId>(
  z
    .string()
    .min(1)
    .max(128)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters'),
);
/** Name of a kind of entity: card, device ... As in a feature's definition. */
export const entityName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be a letter followed by up to 63 letters, digits or underscores');
export const entityKey = z
  .string()
  .min(1)
  .max(128)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters');
/** Keys of named entities, by name. */
export const entities = z
  .record(entityName, entityKey)
  .refine((named) => Object.keys(named).length <= limit.eventEntities, `at most ${limit.eventEntities} entities`);
export const userKey = branded<UserKey>(uuid());
export const sessionId = branded<SessionId>(uuid());
export const slateId = branded<SlateId>(uuid());
/** Version 7 only: ids then sort by their time of birth, in the log and in every index over it. */
export const eventId = branded<EventId>(
  z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'must be a UUIDv7 in lower case'),
);
/** Of an event that is put into the log by hand. */
export const anyEventId = branded<EventId>(uuid());
export const releaseId = branded<ReleaseId>(hex64());
export const sha256 = branded<Sha256>(hex64());
/** A placement's name in a release's manifest. */
export const surfaceName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and -');
