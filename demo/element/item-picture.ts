import { posterSvg } from '../picture/poster.ts';
import { productSvg } from '../picture/product.ts';
import { readTitle } from '../title.ts';

/** Drawing stops for a frame when it has taken this long, so that 200 pictures never make a long task. */
const frameBudgetMs = 5;

const waiting = new Set<ItemPicture>();
let scheduled = false;

function drawWaiting(): void {
  const start = performance.now();
  for (const picture of waiting) {
    waiting.delete(picture);
    picture.draw();
    if (performance.now() - start > frameBudgetMs) break;
  }
  scheduled = waiting.size > 0;
  if (scheduled) requestAnimationFrame(drawWaiting);
}

function schedule(picture: ItemPicture): void {
  waiting.add(picture);
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(drawWaiting);
}

let observer: IntersectionObserver | undefined;
/** Only what is near the window is drawn. */
function watch(picture: ItemPicture): void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (target instanceof ItemPicture) target.near = isIntersecting;
    },
    { rootMargin: '300px 600px' },
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

  attributeChangedCallback(): void {
    if (this.#near) schedule(this);
  }

  set near(near: boolean) {
    this.#near = near;
    if (near) schedule(this);
  }

  draw(): void {
    const read = (name: string) => this.getAttribute(name) ?? '';
    const title = read('label');
    const key = ItemPicture.observedAttributes.map(read).join('\u0001');
    if (!title || key === this.#drawn) return;
    this.#drawn = key;
    const categories = read('categories').split(', ').filter(Boolean);
    const subject = { id: read('item'), title, categories };
    const { name, year } = readTitle(title);
    const isFilm = !this.hasAttribute('price') && !this.hasAttribute('brand');
    this.setAttribute('aria-label', isFilm ? `Poster of ${name}${year ? `, ${year}` : ''}` : `Picture of ${name}`);
    this.innerHTML = isFilm ? posterSvg(subject) : productSvg({ ...subject, brand: read('brand') || (categories[0] ?? title) });
  }
}
