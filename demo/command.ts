import type { EventType } from '../shared/contract/event.ts';

type Command =
  | readonly ['track', { readonly type: EventType; readonly item: string; readonly value?: number }]
  | readonly ['consent', 'granted' | 'denied']
  | readonly ['forget'];

interface CommandQueue {
  (...command: Command): void;
  q?: ArrayLike<unknown>[];
}

const page = window as Window & { vitrine?: CommandQueue };

/** Sends a command to the tag, or queues it until the tag has loaded: the two lines that any site would write. */
export function vitrine(...command: Command): void {
  page.vitrine ??= (...early) => {
    const queue = page.vitrine;
    if (queue) queue.q = [...(queue.q ?? []), early];
  };
  page.vitrine(...command);
}
