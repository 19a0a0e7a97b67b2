import type { DisplayItem } from '../shared/contract/pack.ts';
import { track } from './journal.ts';
import { make, part } from './part.ts';
import { formatPrice } from './price.ts';
import { itemPath } from './route.ts';
import { toast } from './toast.ts';

export interface Basket {
  add(item: DisplayItem): void;
  has(id: string): boolean;
}

/** A basket in memory: enough to send cart and purchase events. */
export function startBasket(): Basket {
  const lines = new Map<string, DisplayItem>();
  const dialog = part(document, '#basket', HTMLDialogElement);
  const list = part(document, '#basket-lines', HTMLUListElement);
  const buy = part(document, '#basket-buy', HTMLButtonElement);

  function draw(): void {
    const total = [...lines.values()].reduce((sum, item) => sum + (item.price ?? 0), 0);
    part(document, '#basket-count', HTMLElement).textContent = String(lines.size);
    part(document, '#basket-total', HTMLElement).textContent = formatPrice(total);
    buy.disabled = lines.size === 0;
    list.replaceChildren(
      ...[...lines.values()].map((item) => {
        const remove = make('button', { type: 'button', class: 'quiet', 'aria-label': `Remove ${item.title}` }, '✕');
        remove.addEventListener('click', () => {
          lines.delete(item.id);
          draw();
        });
        const picture = make('item-picture' as 'div', {
          item: item.id,
          label: item.title,
          categories: item.categories.join(', '),
          brand: item.brand ?? '',
          price: String(item.price ?? ''),
          eager: '',
        });
        return make(
          'li',
          {},
          picture,
          make('a', { href: itemPath(item.id) }, item.title),
          make('b', {}, formatPrice(item.price ?? Number.NaN)),
          remove,
        );
      }),
    );
    if (lines.size === 0) list.append(make('li', { class: 'empty' }, 'Empty so far.'));
  }

  part(document, '#basket-button', HTMLButtonElement).addEventListener('click', () => {
    // Not before: the first number format of a page takes milliseconds to make.
    draw();
    dialog.showModal();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || (event.target instanceof Element && event.target.closest('a'))) dialog.close();
  });
  buy.addEventListener('click', () => {
    for (const item of lines.values()) track('purchase', item.id, item.price);
    lines.clear();
    draw();
    dialog.close();
    toast('Thank you. Nothing was charged; the shelves took note.');
  });

  return {
    has: (id) => lines.has(id),
    add: (item) => {
      lines.set(item.id, item);
      draw();
      track('cart', item.id, item.price);
      toast('Added to the basket.');
    },
  };
}
