import type { EventType } from '../../shared/contract/event.ts';
import { boxAttribute } from '../render/view.ts';

/** What a visitor did to an item of a rail. */
export interface Act {
  readonly type: EventType;
  readonly position: number;
  readonly value?: number;
}

const actions: ReadonlySet<string> = new Set<EventType>(['hide', 'cart', 'purchase', 'play']);

/**
 * Reports clicks on a rail's items: of any button, with the keyboard too (browsers turn Enter on a link into a click). An element with
 * `data-v-action="hide|cart|purchase|play"` reports that instead and does not follow the link around it.
 * Listens while the event goes down, so that handlers of the page that stop it hide nothing.
 */
export function watchActs(rail: HTMLElement, report: (act: Act) => void): void {
  const listen = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : undefined;
    const box = target?.closest(`[${boxAttribute}]`);
    if (!target || !box || !rail.contains(box)) return;
    const position = Number(box.getAttribute(boxAttribute));
    const element = target.closest<HTMLElement>('[data-v-action]');
    const action = element && box.contains(element) ? element.dataset.vAction : undefined;
    if (action && actions.has(action)) {
      event.preventDefault();
      if (event.type !== 'click') return;
      const value = Number(element?.dataset.vValue ?? Number.NaN);
      report({ type: action as EventType, position, ...(Number.isFinite(value) ? { value } : {}) });
      return;
    }
    // The right button opens a menu; the middle one opens the link elsewhere.
    if (event.type === 'auxclick' && event.button !== 1) return;
    if (target.closest('a[href]') || !box.querySelector('a[href]')) report({ type: 'click', position });
  };
  rail.addEventListener('click', listen, true);
  rail.addEventListener('auxclick', listen, true);
}
