import type { DeviceClass } from '../contract/request.ts';
import { type ContextFeature, deviceClassValues } from './definition.ts';

const dayMs = 86_400_000;

/** What the request says; the same for all of its candidates. */
export interface RequestContext {
  readonly nowMs: number;
  readonly timeZoneMinutes: number;
  readonly device: DeviceClass;
  /** ISO 3166-1 alpha-2, upper case, where it is known. */
  readonly country?: string;
  readonly surface?: string;
}

/** Raw value of a context feature; NaN = missing. Not for `position`, which differs by candidate. */
export function contextValue(feature: Exclude<ContextFeature, { context: 'position' }>, at: RequestContext): number {
  if ('oneOf' in feature) {
    const index = feature.oneOf.indexOf(at[feature.context] ?? '');
    return index < 0 ? Number.NaN : index;
  }
  if (feature.context === 'deviceClass') return deviceClassValues[at.device];
  const localMs = at.nowMs + at.timeZoneMinutes * 60_000;
  const day = Math.floor(localMs / dayMs);
  // 1970-01-01 was a Thursday.
  return feature.context === 'hour' ? (localMs - day * dayMs) / 3_600_000 : (((day + 3) % 7) + 7) % 7;
}
