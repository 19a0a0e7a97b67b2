import type { ItemId } from '../../shared/contract/id.ts';
import type { DeviceClass } from '../../shared/contract/request.ts';
import type { Identity } from '../identity.ts';
import type { Settings } from '../settings.ts';

/** What a rail asks for. */
export interface RailRequest {
  readonly surface: string;
  readonly count: number;
  readonly item?: ItemId;
}

/** Phone: a finger and less than 768 CSS pixels on the shorter side; tablet: a finger and more; else desktop. */
function deviceClass(): DeviceClass {
  if (!matchMedia('(pointer: coarse)').matches) return 'desktop';
  return Math.min(screen.width, screen.height) < 768 ? 'phone' : 'tablet';
}

/** Address of `GET /v1/recommend`. `user`, `session` and `seeds` are in it only with consent: `identity` is absent without. */
export function recommendUrl(settings: Settings, rail: RailRequest, identity: Identity | undefined): string {
  const query = new URLSearchParams({
    site: settings.site,
    surface: rail.surface,
    count: String(rail.count),
    rank: 'device',
    device: deviceClass(),
    tz: String(-new Date().getTimezoneOffset()),
  });
  if (rail.item) query.set('item', rail.item);
  if (identity) {
    query.set('user', identity.user);
    query.set('session', identity.session);
    if (identity.seeds.length) query.set('seeds', identity.seeds.join(','));
  }
  return `${settings.edge}/v1/recommend?${query}`;
}

/** Under which name the last good answer to such a request is kept. */
export const packKey = (rail: RailRequest): string => JSON.stringify([rail.surface, rail.item ?? '', rail.count]);
