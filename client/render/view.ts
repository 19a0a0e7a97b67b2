import type { Fields } from './fields.ts';
import { defaultTemplate, render } from './template.ts';

/** Marks an item's box and says at which position it is. */
export const boxAttribute = 'data-v-position';

const focusable = 'a[href],button,input,select,textarea,[tabindex]';

/** Exchanges a box's content; the focus stays on the same part of it. */
function exchange(box: HTMLElement, content: DocumentFragment): void {
  const focused = Array.from(box.querySelectorAll(focusable)).indexOf(document.activeElement as Element);
  box.replaceChildren(content);
  if (focused >= 0) box.querySelectorAll<HTMLElement>(focusable)[focused]?.focus({ preventScroll: true });
}

/**
 * What a rail shows: its own children until there is a slate, then a fixed number of boxes whose contents are exchanged, so that
 * nothing on the page moves. New elements, not changed ones: an element that a longer title pushes aside would count as layout shift.
 */
export class View {
  readonly #rail: HTMLElement;
  #fallback: Node[] | undefined;
  #boxes: HTMLElement[] = [];

  constructor(rail: HTMLElement) {
    this.#rail = rail;
  }

  get boxes(): readonly HTMLElement[] {
    return this.#boxes;
  }

  /** Opens that many empty boxes, unless they are there. @returns whether they are new */
  open(count: number): boolean {
    if (this.#boxes.length === count) return false;
    this.#boxes = Array.from({ length: count }, (_, position) => {
      const box = document.createElement('div');
      box.setAttribute(boxAttribute, String(position));
      box.setAttribute('role', 'listitem');
      return box;
    });
    this.#fallback ??= Array.from(this.#rail.childNodes).filter((node) => node.nodeName !== 'TEMPLATE');
    if (!this.#rail.hasAttribute('role')) this.#rail.setAttribute('role', 'list');
    return true;
  }

  /** Puts an item at a position; without fields the position is empty, but keeps its place. */
  fill(position: number, fields: Fields | undefined): void {
    const box = this.#boxes[position];
    if (!box) return;
    const template = this.#rail.querySelector<HTMLTemplateElement>(':scope > template') ?? defaultTemplate();
    if (fields) exchange(box, render(template, fields));
    // Out of sight and of assistive technology.
    box.style.visibility = fields ? '' : 'hidden';
  }

  /** Brings new boxes onto the page, filled. */
  mount(): void {
    this.#replace(this.#boxes);
  }

  /** The children the page came with. */
  restore(): void {
    if (!this.#fallback) return;
    this.#replace(this.#fallback);
    this.#fallback = undefined;
    this.#boxes = [];
    this.#rail.removeAttribute('role');
  }

  #replace(nodes: readonly Node[]): void {
    this.#rail.replaceChildren(...this.#rail.querySelectorAll(':scope > template'), ...nodes);
  }
}
