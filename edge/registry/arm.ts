import type { Degraded } from '../../shared/contract/pack.ts';
import type { RecommendRequest } from '../../shared/contract/request.ts';
import type { Arm, TrafficPlan } from '../../shared/contract/traffic.ts';
import { assign } from '../../shared/experiment/assign.ts';
import { ProblemError } from '../problem.ts';
import type { Serving, ServingRelease } from './serving.ts';
import type { Traffic } from './traffic.ts';

type Visitor = Pick<RecommendRequest, 'site' | 'user' | 'session'>;

export interface OpenArm {
  readonly arm?: Arm;
  /** Absent when nothing can answer. */
  readonly release?: ServingRelease;
  readonly degraded: readonly Degraded[];
}

/** The visitor's arm and its release. @throws ProblemError unknown-site; nothing else. */
export async function openArm(
  visitor: Visitor,
  services: { readonly traffic: Traffic; readonly serving: Serving },
): Promise<OpenArm> {
  const { arm, degraded: assigned } = await assignArm(visitor, services.traffic);
  const { release, degraded: opened } = await services.serving.forArm(visitor.site, arm);
  return { ...(arm && { arm }), ...(release && { release }), degraded: [...assigned, ...opened] };
}

/** A visitor keeps their arm. Without consent there is nobody to keep it for: the control, so that the rails of a page agree. */
async function assignArm(
  { site, user, session }: Visitor,
  traffic: Traffic,
): Promise<{ arm?: Arm; degraded: readonly Degraded[] }> {
  let plan: TrafficPlan | undefined;
  let stale: boolean;
  try {
    ({ plan, stale } = await traffic.planOf(site));
  } catch (error) {
    console.warn('plan', error);
    return { degraded: [{ stage: 'assign', reason: 'plan-unavailable' }] };
  }
  if (!plan) throw new ProblemError('unknown-site', `this deployment has no site ${site}`, { at: 'site' });
  const degraded: Degraded[] = stale ? [{ stage: 'assign', reason: 'plan-stale' }] : [];
  const control = plan.arms.find(({ mode }) => mode === 'live');
  if (!control) return { degraded };
  const unit = user ?? session;
  return { arm: unit === undefined ? control : assign(plan, unit), degraded };
}
