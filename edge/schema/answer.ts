import { z } from 'zod';
import { logTypes } from '../../shared/contract/key.ts';
import { problems } from '../../shared/contract/problem.ts';

/**
 * What the Worker answers, as schemas: the OpenAPI document is made of them, and tests hold real answers against them. Answers are not
 * validated when they are sent.
 */
const displayItem = z.strictObject({
  id: z.string(),
  title: z.string(),
  categories: z.array(z.string()),
  brand: z.string().optional(),
  price: z.number().optional(),
  publishedAtMs: z.number().optional(),
  url: z.string().optional(),
  image: z.string().optional(),
});

const degraded = z.array(
  z.strictObject({
    stage: z.enum(['assign', 'retrieve', 'rank', 'policy', 'features', 'log']),
    reason: z.string().meta({ description: 'Closed vocabulary per stage, for example "source-late:trending"' }),
    count: z.int().optional().meta({ description: 'Stage features: values that are missing for that reason' }),
    features: z.array(z.string()).optional().meta({ description: 'Stage features: whose values' }),
  }),
);
const timing = z.record(z.string(), z.number()).meta({ description: 'Milliseconds of each stage' });
const token = z
  .string()
  .meta({ description: 'v1.<key id>.<payload>.<HMAC-SHA256>; empty when the deployment has no signing key' });

const head = {
  v: z.literal(1),
  slate: z.string(),
  surface: z.string(),
  release: z.string().meta({ description: 'Empty when nothing can answer; degraded then says why' }),
  arm: z.string(),
};
const fileReference = z.strictObject({ sha256: z.string(), bytes: z.int() });

export const pack = z
  .strictObject({
    ...head,
    site: z.string(),
    issuedAtMs: z.number(),
    featureHash: z.string(),
    rules: z.strictObject({ excludeSeen: z.boolean(), categoryShare: z.number(), calibration: z.number().optional() }),
    rerank: z.boolean(),
    count: z.int(),
    items: z.array(displayItem),
    scores: z.array(z.number()),
    sources: z.array(z.int()).meta({ description: 'Bits: popular 1, category 2, similar 4, nearest 8, recent 16, trending 32' }),
    propensities: z.array(z.number()),
    served: z.string().meta({ description: 'Base64 of float32 [n x s]; NaN is missing' }),
    vectors: z.strictObject({ dim: z.int(), data: z.string(), scales: z.string() }),
    model: z
      .strictObject({ heavy: fileReference, features: fileReference, golden: fileReference, engine: z.enum(['kernel', 'onnx']) })
      .optional(),
    private: z
      .strictObject({ index: fileReference, limit: z.int(), delta: z.string().optional() })
      .optional()
      .meta({ description: 'Of a surface with private retrieval: what the device finds further candidates with' }),
    degraded,
    timing,
    token,
  })
  .meta({ id: 'Pack', description: 'Signed candidates in edge order, in columns, for a device that reranks' });

export const slateAnswer = z
  .strictObject({
    ...head,
    items: z.array(displayItem.extend({ score: z.number(), propensity: z.number() })),
    degraded,
    timing,
    token,
  })
  .meta({ id: 'SlateAnswer', description: 'A finished, signed slate' });

export const item = displayItem.meta({ id: 'DisplayItem' });
export const titles = z
  .strictObject({ release: z.string(), items: z.array(z.tuple([z.string(), z.string(), z.string()])) })
  .meta({ id: 'Titles', description: 'Id, title and first category of every item that may be shown' });
const rejectedEvents = z.array(z.strictObject({ index: z.int(), code: z.literal('bad-event'), detail: z.string() }));
export const accepted = z
  .strictObject({
    accepted: z.int().meta({ description: 'Distinct events taken' }),
    duplicates: z.int().meta({ description: 'Events whose id occurred before in this batch' }),
    rejected: rejectedEvents,
  })
  .meta({ id: 'Accepted' });
export const replayed = z
  .strictObject({
    accepted: z.int(),
    duplicates: z.int(),
    rejected: rejectedEvents,
    key: z.string().optional().meta({ description: 'Log object that holds them; absent when none was taken' }),
    stored: z.boolean().meta({ description: 'False: it was there already' }),
  })
  .meta({ id: 'Replayed' });
const tombstone = { user: z.string().meta({ description: 'SHA-256 of the user key' }), untilMs: z.number() };
export const forgotten = z.strictObject({ site: z.string(), ...tombstone }).meta({ id: 'Forgotten' });
export const forgottenUsers = z
  .strictObject({ forgotten: z.array(z.strictObject(tombstone)), cursor: z.string().optional() })
  .meta({ id: 'ForgottenUsers' });
export const health = z
  .strictObject({
    ok: z.boolean(),
    site: z.string(),
    release: z.string().nullable(),
    delta: z.string().nullable().meta({ description: 'What has changed in the catalogue since that release' }),
    items: z.int(),
    plan: z.int(),
    arms: z.array(z.strictObject({ name: z.string(), mode: z.enum(['live', 'shadow', 'off']), weight: z.number() })),
    surfaces: z.array(z.string()),
    engine: z.string().nullable(),
    signed: z.boolean(),
    degraded,
  })
  .meta({ id: 'Health' });
export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(problems) as [keyof typeof problems, ...(keyof typeof problems)[]]),
    detail: z.string(),
    at: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });
export const storedFile = z
  .strictObject({ sha256: z.string(), bytes: z.int(), written: z.boolean().optional() })
  .meta({ id: 'StoredFile' });
const releaseRow = z.strictObject({ release: z.string(), items: z.int(), bytes: z.int(), createdMs: z.number() });
export const release = releaseRow.meta({ id: 'Release' });
export const releases = z.strictObject({ site: z.string(), releases: z.array(releaseRow) }).meta({ id: 'Releases' });
export const logObjects = z
  .strictObject({
    objects: z.array(z.strictObject({ key: z.string(), bytes: z.int(), uploadedMs: z.number(), sha256: z.string().optional() })),
    cursor: z.string().optional(),
  })
  .meta({ id: 'LogObjects' });
export const logHours = z
  .strictObject({
    site: z.string(),
    type: z.enum(logTypes),
    hours: z.array(z.string()),
    closedBefore: z.string().meta({ description: 'Nothing is added to hours before this one' }),
    more: z.boolean(),
  })
  .meta({ id: 'LogHours' });
export const cleared = z.strictObject({ site: z.string() }).meta({ id: 'Cleared' });
export const refreshed = z
  .strictObject({
    site: z.string(),
    releases: z.array(
      z.strictObject({ release: z.string(), features: z.int(), items: z.int(), values: z.int(), atMs: z.number() }),
    ),
  })
  .meta({ id: 'Refreshed', description: 'Releases whose items were copied; values: keys of the copy store that were written' });
export const removed = z.strictObject({ key: z.string(), deleted: z.boolean() }).meta({ id: 'Removed' });
