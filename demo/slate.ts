import type { SlateDetail, SlateDetailItem } from '../shared/contract/slate-detail.ts';

/** Calls back for each slate that a rail of this page shows. */
export function onSlate(listener: (rail: HTMLElement, detail: SlateDetail) => void): void {
  document.addEventListener('vitrine:slate', (event) => {
    if (event instanceof CustomEvent && event.target instanceof HTMLElement) listener(event.target, event.detail as SlateDetail);
  });
}

/** Places won (above 0) or lost from the edge's order to the device's; undefined while the edge's order stands. */
export const movement = (item: SlateDetailItem): number | undefined =>
  item.deviceRank === undefined ? undefined : item.edgeRank - item.deviceRank;
