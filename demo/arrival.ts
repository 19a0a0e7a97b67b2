import { onSlate } from './slate.ts';

/**
 * Marks cards whose item was not in the rail before, so that a fade shows what changed; nothing moves. The mark waits while the rail is out of
 * sight: a CSS animation starts when its element is displayed.
 */
export function startArrivals(): void {
  const before = new WeakMap<HTMLElement, Set<string>>();
  onSlate((rail, { items }) => {
    const known = before.get(rail);
    const now = new Set<string>(items.map((item) => item.id));
    before.set(rail, now);
    if (!known) return;
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
