import type { DisplayItem } from '../shared/contract/pack.ts';
import type { SourceName } from '../shared/contract/surface.ts';

/** One item of a `vitrine:slate` event. Ranks are 0-based, among all candidates. */
export interface SlateItem extends DisplayItem {
  readonly position: number;
  readonly sources: readonly SourceName[];
  readonly edgeRank: number;
  readonly edgeScore: number;
  readonly deviceRank?: number;
  readonly deviceScore?: number;
  readonly propensity: number;
  /** NaN: missing. */
  readonly features?: Readonly<Record<string, number>>;
}

/** Detail of `vitrine:slate`: what a rail shows, and why. */
export interface SlateDetail {
  readonly surface: string;
  readonly slate: string;
  readonly order: 'edge' | 'device';
  readonly engine: string;
  readonly release: string;
  readonly arm: string;
  readonly items: readonly SlateItem[];
  /** Milliseconds by stage. */
  readonly timing: Readonly<Record<string, number>>;
  readonly degraded: readonly { readonly stage: string; readonly reason: string }[];
}

/** Calls back for each slate that a rail of this page shows. */
export function onSlate(listener: (rail: HTMLElement, detail: SlateDetail) => void): void {
  document.addEventListener('vitrine:slate', (event) => {
    if (event instanceof CustomEvent && event.target instanceof HTMLElement) listener(event.target, event.detail as SlateDetail);
  });
}

/** Places won (above 0) or lost from the edge's order to the device's; undefined while the edge's order stands. */
export const movement = (item: SlateItem): number | undefined =>
  item.deviceRank === undefined ? undefined : item.edgeRank - item.deviceRank;
