import type { Arm, TrafficPlan } from '../contract/traffic.ts';
import { murmur3 } from './murmur3.ts';

/**
 * The arm of a unit (a user or a session): the hash of salt and unit as a point in [0, 1), and the live arm whose share of the weights it falls
 * into, in the plan's order. The same unit always gets the same arm of the same plan; shadow and off arms never get one.
 * Growing the share of the last of two arms moves units to it only.
 * @throws RangeError when the plan has no live arm.
 */
export function assign(plan: Pick<TrafficPlan, 'salt' | 'arms'>, unit: string): Arm {
  const live = plan.arms.filter(({ mode, weight }) => mode === 'live' && weight > 0);
  const total = live.reduce((sum, { weight }) => sum + weight, 0);
  let left = (murmur3(`${plan.salt}:${unit}`) / 2 ** 32) * total;
  for (const arm of live) {
    left -= arm.weight;
    if (left < 0) return arm;
  }
  // Rounding may leave a point at the very end.
  const last = live.at(-1);
  if (!last) throw new RangeError('the traffic plan has no live arm');
  return last;
}
