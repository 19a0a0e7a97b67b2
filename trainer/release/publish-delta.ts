import type { ReleaseId } from '../../shared/contract/id.ts';
import { sha256Hex } from '../../shared/contract/sha256.ts';
import type { Arm, TrafficPlan } from '../../shared/contract/traffic.ts';
import { Failure } from '../failure.ts';
import { type AdminOptions, createAdminApi, type PublishTarget } from './admin.ts';

export interface PublishedDelta {
  readonly site: string;
  /** Version of the traffic plan that is live now. */
  readonly version: number;
  /** True when those arms had this delta already. */
  readonly unchanged: boolean;
}

/**
 * Puts a delta beside a release: the file first, then the arms of the traffic plan that are of the release, by compare-and-set. Other arms stay as they are.
 * @param bytes undefined: the arms go back to the release as it was trained.
 * @throws Failure refused: the release is not in the plan, the Worker does not take the delta, or someone else changed the plan meanwhile; unreachable
 */
export async function publishDelta(
  target: PublishTarget,
  release: ReleaseId,
  bytes: Uint8Array<ArrayBuffer> | undefined,
  options: AdminOptions = {},
): Promise<PublishedDelta> {
  const api = createAdminApi(target, options);
  const before = await api.plan();
  const { site } = target;
  if (!before.arms.some((arm) => arm.release === release))
    throw new Failure(
      'refused',
      `the release ${release.slice(0, 12)} is in no arm of ${site}'s traffic plan`,
      '`vitrine publish` makes it live; the delta must be of the release that is.',
    );
  const delta = bytes && sha256Hex(bytes);
  if (bytes && delta) await api.sendFile(delta, bytes);
  const withDelta = ({ delta: _, ...arm }: Arm): Arm => ({ ...arm, ...(delta && { delta }) });
  const arms = before.arms.map((arm) => (arm.release === release ? withDelta(arm) : arm));
  if (arms.every((arm, i) => arm.delta === before.arms[i]?.delta)) return { site, version: before.version, unchanged: true };
  const plan: TrafficPlan = { ...before, version: before.version + 1, arms };
  return { site, version: (await api.putPlan(before.version, plan)).version, unchanged: false };
}
