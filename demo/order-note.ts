import type { SlateDetail } from '../shared/contract/slate-detail.ts';
import { onSlate } from './slate.ts';

const scored = ({ timing }: SlateDetail) => (timing.features ?? 0) + (timing.score ?? timing.rerank ?? 0) + (timing.policy ?? 0);

/** Says beside each rail's heading whose order it shows. */
export function startOrderNotes(): void {
  onSlate((rail, detail) => {
    const note = rail.closest('.shelf')?.querySelector<HTMLElement>('.shelf-order');
    if (!note) return;
    const ms = scored(detail);
    note.dataset.order = detail.order;
    note.textContent = detail.order === 'device' ? `by this device${ms > 0 ? ` · ${ms.toFixed(1)} ms` : ''}` : 'by the edge';
  });
}
