/**
 * Branded identifiers. A bare string never crosses a function that takes two different ids.
 * Construct them where outside input is parsed, nowhere else.
 */
declare const brand: unique symbol;
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A tenant of the deployment: `^[a-z0-9][a-z0-9-]{0,62}$`. Part of every key, table and object name. */
export type SiteId = Brand<string, 'SiteId'>;
/** The site owner's own item id, 1 to 128 characters, no control characters. */
export type ItemId = Brand<string, 'ItemId'>;
/** A pseudonymous visitor, made on the device after consent (UUIDv4). */
export type UserKey = Brand<string, 'UserKey'>;
/** One visit (UUIDv7). */
export type SessionId = Brand<string, 'SessionId'>;
/** One answer of the edge; every impression and click of it carries this id (UUIDv7). */
export type SlateId = Brand<string, 'SlateId'>;
/** UUIDv7 of one event; the unit of idempotency. */
export type EventId = Brand<string, 'EventId'>;
/** SHA-256 (hex) of a release's canonical manifest. */
export type ReleaseId = Brand<string, 'ReleaseId'>;
/** SHA-256 (hex) of a file's bytes. */
export type Sha256 = Brand<string, 'Sha256'>;
/** Position of an item in its release's item table. Meaningless across releases. */
export type Ordinal = number;

const sitePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const itemPattern = /^[^\u0000-\u001f\u007f]{1,128}$/;
const hexPattern = /^[0-9a-f]{64}$/;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const isSiteId = (text: string): text is SiteId => sitePattern.test(text);
export const isItemId = (text: string): text is ItemId => itemPattern.test(text);
export const isSha256 = (text: string): text is Sha256 => hexPattern.test(text);
export const isReleaseId = (text: string): text is ReleaseId => hexPattern.test(text);
export const isUuid = (text: string): boolean => uuidPattern.test(text);
