import type { DisplayItem, Pack } from '../shared/contract/pack.ts';
import { type SourceName, sourceNames } from '../shared/contract/surface.ts';
import type { DeviceOrder } from './rerank/protocol.ts';

/** A step that failed or was late, at the edge or on the device, and what the page went on without. */
export interface Lapse {
  readonly stage: string;
  readonly reason: string;
}

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

/** One item in the detail of a `vitrine:slate` event. */
export interface SlateDetailItem extends DisplayItem {
  readonly position: number;
  readonly sources: readonly SourceName[];
  /** 0-based, among all candidates. */
  readonly edgeRank: number;
  readonly edgeScore: number;
  readonly deviceRank?: number;
  readonly deviceScore?: number;
  readonly propensity: number;
  /** Values that the heavy ranker saw, NaN = missing. Only with the rail's `explain` attribute; they stay in the page. */
  readonly features?: Readonly<Record<string, number>>;
}

/** Detail of `vitrine:slate`, dispatched on the rail whenever it shows an order. */
export interface SlateDetail {
  readonly surface: string;
  readonly slate: string;
  readonly order: 'edge' | 'device';
  /** Which engine scored, for instance "kernel"; "edge" while the edge's order stands. */
  readonly engine: string;
  readonly release: string;
  readonly arm: string;
  readonly items: readonly SlateDetailItem[];
  readonly timing: Readonly<Record<string, number>>;
  readonly degraded: readonly Lapse[];
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
