import type { ReleaseId, SlateId } from '../../shared/contract/id.ts';
import type { SlateClaim } from '../../shared/contract/pack.ts';
import type { RecommendRequest } from '../../shared/contract/request.ts';
import type { Ports } from '../port.ts';
import type { OpenArm } from '../registry/arm.ts';
import { uuidV7 } from './uuid.ts';

/** Who is answered, with what, from where. Release and arm are empty where there are none. */
export type SlateHead = Omit<SlateClaim, 'digest'>;

/** A new slate's head. */
export function newHead(
  { site, surface }: Pick<RecommendRequest, 'site' | 'surface'>,
  { arm, release }: OpenArm,
  ports: Pick<Ports, 'nowMs' | 'randomBytes'>,
): SlateHead {
  const issuedAtMs = ports.nowMs();
  const slate = uuidV7(issuedAtMs, ports.randomBytes(10)) as SlateId;
  return { site, slate, surface, release: release?.id ?? ('' as ReleaseId), arm: arm?.name ?? '', issuedAtMs };
}
