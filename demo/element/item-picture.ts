import type { Product } from '../picture/product.ts';
import { readTitle } from '../title.ts';

/** A frame draws no more than this, so that 200 pictures never make a long task: drawing is cheap, laying out lettering is not. */
const picturesPerFrame = 3;

const waiting = new Set<ItemPicture>();
let scheduled = false;

async function drawWaiting(): Promise<void> {
  const some = [...waiting].slice(0, picturesPerFrame);
  for (const picture of some) waiting.delete(picture);
  for (const picture of some) await picture.draw();
  scheduled = waiting.size > 0;
  if (scheduled) requestAnimationFrame(() => void drawWaiting());
}

function schedule(picture: ItemPicture): void {
  waiting.add(picture);
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => void drawWaiting());
}

type Artist = (subject: Product) => string;
const artists: Partial<Record<'film' | 'product', Artist>> = {};

/** A site of films never loads the drawings of goods, and the other way round. */
async function artistOf(kind: 'film' | 'product'): Promise<Artist> {
  const artist =
    kind === 'film' ? (await import('../picture/poster.ts')).posterSvg : (await import('../picture/product.ts')).productSvg;
  artists[kind] = artist;
  return artist;
}

let observer: IntersectionObserver | undefined;
/** Only what is near the window is drawn. */
function watch(picture: ItemPicture): void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (target instanceof ItemPicture) target.near = isIntersecting;
    },
    { rootMargin: '1400px 900px' },
  );
  observer.observe(picture);
}

/**
 * `<item-picture item label categories brand price>`: a film's poster, or a product in its display case where there is a price,
 * drawn from these attributes alone. `eager` draws without waiting for the window to come near.
 */
export class ItemPicture extends HTMLElement {
  static readonly observedAttributes = ['item', 'label', 'categories', 'brand', 'price'];
  #drawn = '';
  #near = false;

  connectedCallback(): void {
    this.setAttribute('role', 'img');
    if (this.hasAttribute('eager')) this.near = true;
    else watch(this);
  }

  disconnectedCallback(): void {
    observer?.unobserve(this);
    waiting.delete(this);
  }

  attributeChangedCallback(name: string): void {
    if (name === 'label') {
      const { name: said, year } = readTitle(this.getAttribute('label') ?? '');
      this.setAttribute('aria-label', `Picture of ${said}${year ? `, ${year}` : ''}`);
    }
    if (this.#near) schedule(this);
  }

  set near(near: boolean) {
    this.#near = near;
    if (near) schedule(this);
  }

  async draw(): Promise<void> {
    const read = (name: string) => this.getAttribute(name) ?? '';
    const title = read('label');
    const key = ItemPicture.observedAttributes.map(read).join('\u0001');
    if (!title || key === this.#drawn) return;
    this.#drawn = key;
    const kind = this.hasAttribute('price') || this.hasAttribute('brand') ? 'product' : 'film';
    const categories = read('categories').split(', ').filter(Boolean);
    const subject = { id: read('item'), title, categories, ...(read('brand') ? { brand: read('brand') } : {}) };
    // Only the first picture of a kind waits.
    const artist = artists[kind] ?? (await artistOf(kind));
    if (this.#drawn === key) this.innerHTML = artist(subject);
  }
}
