import type { DeviceClass } from '../contract/request.ts';

const deviceValues: Readonly<Record<DeviceClass, number>> = { phone: 0, tablet: 1, desktop: 2, other: Number.NaN };
const dayMs = 86_400_000;

/** Hour of day [0, 24) and weekday 0 = Monday in the visitor's time zone; device class. Not transformed. */
export function contextValue(
  context: 'hour' | 'weekday' | 'deviceClass',
  at: { readonly nowMs: number; readonly timeZoneMinutes: number; readonly device: DeviceClass },
): number {
  if (context === 'deviceClass') return deviceValues[at.device];
  const localMs = at.nowMs + at.timeZoneMinutes * 60_000;
  const day = Math.floor(localMs / dayMs);
  // 1970-01-01 was a Thursday.
  return context === 'hour' ? (localMs - day * dayMs) / 3_600_000 : (((day + 3) % 7) + 7) % 7;
}
