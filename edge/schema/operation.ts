import { z } from 'zod';
import type { ProblemCode } from '../../shared/contract/problem.ts';
import * as answers from './answer.ts';
import { eventBatch, forgetRequest } from './event.ts';
import { itemId, releaseId, sha256, siteId, userKey } from './id.ts';
import { planChange, trafficPlan } from './plan.ts';
import {
  cursorQuery,
  hoursQuery,
  logQuery,
  objectQuery,
  popularQuery,
  recommendQuery,
  removeQuery,
  replayQuery,
  similarQuery,
  siteQuery,
} from './query.ts';

export type Content = z.ZodType | 'application/octet-stream' | 'application/x-ndjson' | 'text/plain';

export interface Operation {
  readonly summary: string;
  readonly path?: Readonly<Record<string, z.ZodType>>;
  readonly query?: z.ZodObject;
  readonly body?: Content;
  readonly answers: Readonly<Record<number, readonly [description: string, content?: Content]>>;
  readonly problems: readonly ProblemCode[];
  readonly admin?: true;
}

const engineName = z.string().meta({ description: 'File name, *.wasm or *.mjs' });
const anySite: readonly ProblemCode[] = ['bad-parameter', 'unknown-site'];
const slate = z.union([answers.pack, answers.slateAnswer]);
const adminSite = { site: siteId };

const manifest = z.looseObject({ format: z.literal('vitrine-release') }).meta({ description: 'manifest.json of a release' });

/** Every operation, with the very schemas that its route validates with. */
export const operations: Readonly<Record<string, Operation>> = {
  'GET /v1/recommend': {
    summary: 'Candidates or a finished slate for a surface',
    query: recommendQuery,
    answers: { 200: ['A Pack for rank=device, a SlateAnswer for rank=edge; what failed is named in degraded', slate] },
    problems: [...anySite, 'unknown-surface', 'unknown-item'],
  },
  'GET /v1/similar/{item}': {
    summary: 'The same for a page about an item; the surface is "similar" unless given',
    path: { item: itemId },
    query: similarQuery,
    answers: { 200: ['As /v1/recommend', slate] },
    problems: [...anySite, 'unknown-surface', 'unknown-item'],
  },
  'GET /v1/popular': {
    summary: 'The most popular items, of a category if one is given',
    query: popularQuery,
    answers: { 200: ['A finished slate', answers.slateAnswer] },
    problems: anySite,
  },
  'GET /v1/items/{id}': {
    summary: 'One item as pages show it',
    path: { id: itemId },
    query: siteQuery,
    answers: { 200: ['The item', answers.item] },
    problems: [...anySite, 'unknown-item', 'not-ready'],
  },
  'GET /v1/titles': {
    summary: 'Titles of all items, for a search box; cacheable',
    query: siteQuery,
    answers: { 200: ['The titles', answers.titles], 304: ['As the ETag says'] },
    problems: [...anySite, 'not-ready'],
  },
  'GET /v1/files/{sha256}': {
    summary: 'A file of the site’s releases by content, immutable',
    path: { sha256 },
    query: siteQuery,
    answers: { 200: ['The bytes', 'application/octet-stream'], 304: ['Content is the name'] },
    problems: ['bad-parameter', 'not-found'],
  },
  'GET /v1/engine/{name}': {
    summary: 'An engine binary that is too large for static assets',
    path: { name: engineName },
    answers: { 200: ['The bytes', 'application/octet-stream'] },
    problems: ['bad-parameter', 'not-found'],
  },
  'POST /v1/events': {
    summary: 'A batch of events of one visitor, with consent; application/json or text/plain',
    query: siteQuery,
    body: eventBatch,
    answers: { 202: ['In the log; rejected names the events that were not taken', answers.accepted] },
    problems: [...anySite, 'bad-body', 'unknown-version', 'too-large', 'unsupported-media-type', 'rate-limited', 'overloaded'],
  },
  'POST /v1/forget': {
    summary: 'Forgets a visitor, who proves who they are by their user key; application/json or text/plain',
    query: siteQuery,
    body: forgetRequest,
    answers: { 200: ['Stored: rows received up to untilMs are dropped', answers.forgotten] },
    problems: [...anySite, 'bad-body', 'too-large', 'unsupported-media-type', 'rate-limited', 'overloaded'],
  },
  'DELETE /v1/users/{id}': {
    summary: 'Forgets a visitor',
    path: { id: userKey },
    query: siteQuery,
    answers: { 200: ['Stored: rows received up to untilMs are dropped', answers.forgotten] },
    problems: [...anySite, 'overloaded'],
    admin: true,
  },
  'GET /v1/health': {
    summary: 'Whether a site is served, and from which release',
    query: siteQuery.partial(),
    answers: { 200: ['The state; without site only that the Worker answers', answers.health] },
    problems: [...anySite, 'not-ready'],
  },
  'GET /v1/hello': {
    summary: 'The least that this Worker can do, for benchmarks',
    answers: { 200: ['hello', 'text/plain'] },
    problems: [],
  },
  'GET /v1/admin/sites/{site}/files/{sha256}': {
    summary: 'Whether a file is stored',
    path: { ...adminSite, sha256 },
    answers: { 200: ['Its size', answers.storedFile] },
    problems: ['bad-parameter', 'not-found'],
    admin: true,
  },
  'PUT /v1/admin/sites/{site}/files/{sha256}': {
    summary: 'Stores a file whose SHA-256 is the one in the path; repeatable',
    path: { ...adminSite, sha256 },
    body: 'application/octet-stream',
    answers: { 200: ['It was there', answers.storedFile], 201: ['Stored', answers.storedFile] },
    problems: ['bad-parameter', 'bad-body', 'bad-digest', 'too-large'],
    admin: true,
  },
  'PUT /v1/admin/sites/{site}/releases/{release}': {
    summary: 'Accepts a manifest once all of its files are stored; repeatable',
    path: { ...adminSite, release: releaseId },
    body: manifest,
    answers: { 200: ['The release may go live', answers.release] },
    problems: ['bad-parameter', 'bad-body', 'bad-digest', 'incomplete-release', 'too-large'],
    admin: true,
  },
  'GET /v1/admin/sites/{site}/releases/{release}': {
    summary: 'The manifest of a release',
    path: { ...adminSite, release: releaseId },
    answers: { 200: ['It', manifest] },
    problems: ['bad-parameter', 'not-found'],
    admin: true,
  },
  'GET /v1/admin/sites/{site}/releases': {
    summary: 'The newest 100 releases of a site',
    path: adminSite,
    answers: { 200: ['Newest first', answers.releases] },
    problems: ['bad-parameter'],
    admin: true,
  },
  'GET /v1/admin/sites/{site}/plan': {
    summary: 'The traffic plan; version 0 when there is none yet',
    path: adminSite,
    answers: { 200: ['The plan', trafficPlan] },
    problems: ['bad-parameter'],
    admin: true,
  },
  'PUT /v1/admin/sites/{site}/plan': {
    summary: 'Changes the traffic plan if it still has the expected version',
    path: adminSite,
    body: planChange,
    answers: { 200: ['The plan that is live now', trafficPlan] },
    problems: ['bad-parameter', 'bad-body', 'unknown-release', 'unknown-delta', 'conflict', 'too-large'],
    admin: true,
  },
  'GET /v1/admin/sites/{site}/log': {
    summary: 'Objects of the event, slate or rejected log',
    path: adminSite,
    query: logQuery,
    answers: { 200: ['Keys, sizes and digests; a cursor when there are more', answers.logObjects] },
    problems: ['bad-parameter'],
    admin: true,
  },
  'GET /v1/admin/sites/{site}/log/hours': {
    summary: 'Hours that hold objects, ascending',
    path: adminSite,
    query: hoursQuery,
    answers: { 200: ['Hours behind `after`', answers.logHours] },
    problems: ['bad-parameter'],
    admin: true,
  },
  'GET /v1/admin/sites/{site}/log/object': {
    summary: 'One object of the log',
    path: adminSite,
    query: objectQuery,
    answers: { 200: ['One JSON object per line; of rejected ones a single one', 'application/x-ndjson'] },
    problems: ['bad-parameter', 'not-found'],
    admin: true,
  },
  'DELETE /v1/admin/sites/{site}/log/object': {
    summary: 'Removes an object of the log that still has the bytes that were read',
    path: adminSite,
    query: removeQuery,
    answers: { 200: ['Removed, or gone before', answers.removed] },
    problems: ['bad-parameter', 'conflict'],
    admin: true,
  },
  'POST /v1/admin/sites/{site}/events/replay': {
    summary: 'Puts repaired events into the log: NDJSON of log rows, or one batch as /v1/events takes it',
    path: adminSite,
    query: replayQuery,
    body: 'application/x-ndjson',
    answers: { 200: ['In the log; rejected names what was not taken', answers.replayed] },
    problems: ['bad-parameter', 'bad-body', 'unknown-version', 'too-large', 'overloaded'],
    admin: true,
  },
  'GET /v1/admin/sites/{site}/forgotten': {
    summary: 'Visitors whose rows are to be dropped',
    path: adminSite,
    query: cursorQuery,
    answers: { 200: ['Digests of user keys; a cursor when there are more', answers.forgottenUsers] },
    problems: ['bad-parameter'],
    admin: true,
  },
  'DELETE /v1/admin/sites/{site}/online/items': {
    summary: 'Drops what the online store keeps of all items of a site; it begins anew',
    path: adminSite,
    answers: { 200: ['Dropped', answers.cleared] },
    problems: ['bad-parameter'],
    admin: true,
  },
  'POST /v1/admin/sites/{site}/online/refresh': {
    summary: 'Copies what the online store knows of items next to every release with traffic, as the cron trigger does',
    path: adminSite,
    answers: { 200: ['Copied', answers.refreshed] },
    problems: ['bad-parameter', 'unknown-site'],
    admin: true,
  },
  'PUT /v1/admin/engine/{name}': {
    summary: 'Stores an engine binary for all sites',
    path: { name: engineName },
    body: 'application/octet-stream',
    answers: { 201: ['Stored'] },
    problems: ['bad-parameter', 'bad-body', 'too-large'],
    admin: true,
  },
};
