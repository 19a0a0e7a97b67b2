import type { DisplayItem } from '../shared/contract/pack.ts';

/** What the site is: goods have prices, films do not. */
export type Flavour = 'films' | 'shop';

export const flavourOf = (items: readonly DisplayItem[]): Flavour =>
  items.some((item) => item.price !== undefined) ? 'shop' : 'films';

export interface Words {
  readonly brand: string;
  readonly site: string;
  readonly headline: string;
  readonly search: string;
}

export const words: Readonly<Record<Flavour, Words>> = {
  films: { brand: 'Kino', site: 'Vitrine Kino', headline: 'What’s on tonight', search: 'Search films' },
  shop: { brand: 'Goods', site: 'Vitrine Goods', headline: 'In the window', search: 'Search the shop' },
};

/** Dresses the page; wording sits in boxes whose size does not depend on it. */
export function dress(flavour: Flavour): void {
  document.documentElement.dataset.flavour = flavour;
  for (const element of document.querySelectorAll<HTMLElement>('[data-word]')) {
    const word = element.dataset.word;
    if (word === 'brand' || word === 'headline') element.textContent = words[flavour][word];
  }
  const search = document.querySelector<HTMLInputElement>('#search');
  if (search) search.placeholder = words[flavour].search;
  const basket = document.querySelector<HTMLElement>('#basket-button');
  if (basket) basket.hidden = flavour !== 'shop';
}
