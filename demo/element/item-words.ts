import { formatPrice } from '../price.ts';
import { readTitle } from '../title.ts';

/** `<item-name label="Matrix, The (1999)">`: The Matrix. */
export class ItemName extends HTMLElement {
  static readonly observedAttributes = ['label'];

  attributeChangedCallback(): void {
    this.textContent = readTitle(this.getAttribute('label') ?? '').name;
  }
}

/** `<item-meta label categories brand price>`: "1999 · Action, Sci-Fi" for a film, "Brand €49" for goods. */
export class ItemMeta extends HTMLElement {
  static readonly observedAttributes = ['label', 'categories', 'brand', 'price'];
  #isStale = false;

  /** A rail writes four attributes in a row; the words are made once. */
  attributeChangedCallback(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    queueMicrotask(() => this.#say());
  }

  #say(): void {
    this.#isStale = false;
    const read = (name: string) => this.getAttribute(name) ?? '';
    const price = this.hasAttribute('price') ? formatPrice(Number(read('price'))) : '';
    const categories = read('categories').split(', ').slice(0, 2).join(', ');
    const said = price ? read('brand') || categories : [readTitle(read('label')).year, categories].filter(Boolean).join(' · ');
    const words = document.createElement('span');
    words.textContent = said;
    const cost = document.createElement('b');
    cost.textContent = price;
    this.replaceChildren(words, ...(price ? [cost] : []));
  }
}
