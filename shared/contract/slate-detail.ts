import type { DisplayItem } from './pack.ts';
import type { SourceName } from './surface.ts';

/** A step that failed or was late, at the edge or on the device, and what the page went on without. */
export interface Lapse {
  readonly stage: string;
  readonly reason: string;
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
