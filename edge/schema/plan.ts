import { z } from 'zod';
import { releaseId, sha256, siteId } from './id.ts';

const arm = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9, _, . and -'),
  release: releaseId,
  delta: sha256.exactOptional().meta({ description: 'File of what has changed in the catalogue since the release' }),
  weight: z.number().gt(0).max(1e6),
  mode: z.enum(['live', 'shadow', 'off']),
});

/** A traffic plan as stored. */
export const trafficPlan = z
  .object({
    site: siteId,
    version: z.int().min(0),
    salt: z.string().min(1).max(128),
    arms: z.array(arm).min(1).max(16),
  })
  .refine((plan) => new Set(plan.arms.map(({ name }) => name)).size === plan.arms.length, {
    path: ['arms'],
    message: 'names of arms must differ',
  })
  .refine((plan) => plan.arms.some(({ mode }) => mode === 'live'), { path: ['arms'], message: 'at least one arm must be live' });

/** Body of `PUT /v1/admin/sites/:site/plan`. `plan.version` is `expect + 1`. */
export const planChange = z
  .object({ expect: z.int().min(0), plan: trafficPlan })
  .refine(({ expect, plan }) => plan.version === expect + 1, { path: ['plan', 'version'], message: 'must be expect + 1' });
