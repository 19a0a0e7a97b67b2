import type { EventType } from '../shared/contract/event.ts';
import { vitrine } from './command.ts';

/** One thing that the visitor did in this page view. Kept in memory only, for the inspector. */
export interface Deed {
  readonly type: EventType;
  readonly item: string;
  readonly atMs: number;
}

const deeds: Deed[] = [];
const listeners = new Set<() => void>();

function note(type: EventType, item: string): void {
  deeds.unshift({ type, item, atMs: Date.now() });
  deeds.length = Math.min(deeds.length, 50);
  for (const listener of listeners) listener();
}

/** Newest first. */
export const journal = (): readonly Deed[] => deeds;
export const onDeed = (listener: () => void): void => void listeners.add(listener);
export function forgetDeeds(): void {
  deeds.length = 0;
  for (const listener of listeners) listener();
}

/** Reports an event to the tag and writes it down. */
export function track(type: EventType, item: string, value?: number): void {
  vitrine('track', { type, item, ...(value === undefined ? {} : { value }) });
  note(type, item);
}

/** Writes down what the rails report by themselves: clicks on cards and `data-v-action` buttons. */
export function startJournal(): void {
  document.addEventListener(
    'click',
    (event) => {
      if (!(event.target instanceof Element)) return;
      const card = event.target.closest<HTMLElement>('vitrine-rail [data-id]');
      const id = card?.dataset.id;
      if (!id) return;
      const action = event.target.closest<HTMLElement>('[data-v-action]')?.dataset.vAction;
      if (action === 'hide') note('hide', id);
      else if (event.target.closest('a')) note('click', id);
    },
    true,
  );
}
