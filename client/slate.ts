import type { DisplayItem, Pack } from '../shared/contract/pack.ts';
import type { Lapse, SlateDetail, SlateDetailItem } from '../shared/contract/slate-detail.ts';
import { sourceNames } from '../shared/contract/surface.ts';
import type { DeviceOrder } from './rerank/protocol.ts';

/** What a rail shows, or is about to show. */
export interface ShownSlate {
  readonly pack: Pack;
  readonly order: 'edge' | 'device';
  /** Index in `pack.items` by position; -1: empty. */
  readonly places: readonly number[];
  /** Present when the device has scored the pack, even if its order came too late to be shown. */
  readonly device?: DeviceOrder;
  readonly degraded: readonly Lapse[];
  /** Milliseconds by stage. */
  readonly timing: Readonly<Record<string, number>>;
}

/** The slate as the edge ordered it. */
export function edgeSlate(pack: Pack, degraded: readonly Lapse[], timing: Readonly<Record<string, number>>): ShownSlate {
  const places = pack.items.slice(0, pack.count).map((_, index) => index);
  return { pack, order: 'edge', places, degraded, timing };
}

/** The probability with which the policy in charge put this candidate where it is. */
export function propensityOf(slate: ShownSlate, index: number): number {
  return (slate.order === 'device' ? slate.device?.propensities[index] : slate.pack.propensities[index]) ?? 1;
}

function detailItem(slate: ShownSlate, index: number, position: number): SlateDetailItem {
  const { pack, device } = slate;
  const rank = device?.rank[index];
  const features = device?.features?.[index];
  return {
    ...(pack.items[index] as DisplayItem),
    position,
    sources: sourceNames.filter((_, bit) => (pack.sources[index] ?? 0) & (1 << bit)),
    edgeRank: index,
    edgeScore: pack.scores[index] ?? Number.NaN,
    propensity: propensityOf(slate, index),
    ...(device && rank !== undefined ? { deviceRank: rank, deviceScore: device.scores[index] ?? Number.NaN } : {}),
    ...(features ? { features } : {}),
  };
}

export function slateDetail(slate: ShownSlate): SlateDetail {
  const { pack, order, device, timing, degraded } = slate;
  return {
    surface: pack.surface,
    slate: pack.slate,
    order,
    engine: (order === 'device' && device?.engine) || 'edge',
    release: pack.release,
    arm: pack.arm,
    items: slate.places.flatMap((index, position) => (index < 0 ? [] : [detailItem(slate, index, position)])),
    timing,
    degraded,
  };
}
