import type { DisplayItem } from '../../shared/contract/pack.ts';
import type { Basket } from '../basket.ts';
import { track } from '../journal.ts';
import { make, part } from '../part.ts';
import { formatPrice } from '../price.ts';
import { readTitle } from '../title.ts';
import { toast } from '../toast.ts';
import { stars } from './stars.ts';

/** A play event carries seconds; pressing "Watch" in this demo stands for a whole film. */
const wholeFilmSeconds = 5400;

const clone = (id: string) => document.importNode(part(document, id, HTMLTemplateElement).content, true);

/** The page of one item: picture, facts, what one can do with it, and two rails. Replaces what `section` held. */
export function showItem(section: HTMLElement, item: DisplayItem, basket: Basket): void {
  const page = clone('#item-page');
  const slot = (name: string) => part(page, `[data-part="${name}"]`, HTMLElement);
  const { name, year } = readTitle(item.title);
  const isFilm = item.price === undefined;

  const picture = slot('picture');
  for (const [attribute, value] of Object.entries({
    item: item.id,
    label: item.title,
    categories: item.categories.join(', '),
    brand: item.brand,
    price: item.price?.toFixed(2),
  }))
    if (value !== undefined) picture.setAttribute(attribute, value);
  slot('crumb').textContent = name;
  slot('kicker').textContent = (isFilm ? year : item.brand) ?? ' ';
  slot('name').textContent = name;
  slot('price').textContent = isFilm ? '' : formatPrice(item.price);
  slot('price').hidden = isFilm;
  slot('categories').replaceChildren(...item.categories.map((category) => make('li', {}, category)));

  takeButton(slot('take'), item, basket);
  slot('hide').addEventListener('click', (event) => {
    track('hide', item.id);
    if (event.currentTarget instanceof HTMLButtonElement) event.currentTarget.disabled = true;
    toast('Noted. You will see less like this.');
  });
  if (isFilm) {
    slot('stars').hidden = false;
    slot('stars').append(...stars((value) => track('rating', item.id, value)));
  }
  fillRails(page, item);
  section.replaceChildren(page);
}

function takeButton(button: HTMLElement, item: DisplayItem, basket: Basket): void {
  const isFilm = item.price === undefined;
  const taken = () => {
    button.textContent = isFilm ? 'Watched ✓' : 'In the basket ✓';
    button.toggleAttribute('disabled', true);
  };
  button.textContent = isFilm ? 'Watch' : 'Add to basket';
  if (basket.has(item.id)) taken();
  button.addEventListener('click', () => {
    if (isFilm) {
      track('play', item.id, wholeFilmSeconds);
      toast('Enjoyed. The shelves took note.');
    } else basket.add(item);
    taken();
  });
}

/** The rails of this page take the card and the skeletons of the home page's first rail. */
function fillRails(page: DocumentFragment, item: DisplayItem): void {
  const card = document.querySelector('#home vitrine-rail > template');
  for (const rail of page.querySelectorAll('vitrine-rail')) {
    if (card) rail.append(card.cloneNode(true));
    rail.append(...Array.from({ length: 12 }, () => make('div', { class: 'skeleton' })));
    if (rail.getAttribute('surface') === 'similar') rail.setAttribute('item', item.id);
  }
}

/** Says that there is no such page, or that it could not be fetched. */
export function showMissing(section: HTMLElement, reason?: string): void {
  const page = clone('#item-missing');
  if (reason) part(page, '[data-part="reason"]', HTMLElement).textContent = reason;
  section.replaceChildren(page);
}
