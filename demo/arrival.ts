import type { SlateDetail } from '../shared/contract/slate-detail.ts';
import { onSlate } from './slate.ts';

/**
 * Marks cards whose item was not in the rail before, so that a fade shows what a click has changed; nothing moves. The edge's order giving
 * way to the device's is no news. The mark waits while the rail is out of sight: a CSS animation starts when its element is shown.
 */
export function startArrivals(): void {
  const before = new WeakMap<HTMLElement, SlateDetail>();
  onSlate((rail, detail) => {
    const previous = before.get(rail);
    before.set(rail, detail);
    if (previous?.order !== detail.order) return;
    const known = new Set<string>(previous.items.map((item) => item.id));
    const now = new Set<string>(detail.items.map((item) => item.id));
    // The event may come before or after the boxes have changed.
    requestAnimationFrame(() => {
      for (const card of rail.querySelectorAll<HTMLElement>('[data-id]')) {
        const id = card.dataset.id ?? '';
        card.classList.toggle('is-new', now.has(id) && !known.has(id));
      }
    });
  });
  document.addEventListener('animationend', (event) => {
    if (event.animationName === 'arrive' && event.target instanceof Element)
      event.target.closest('.is-new')?.classList.remove('is-new');
  });
}
