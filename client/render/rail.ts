import type { ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { RailRequest } from '../pack/request.ts';

/** What `<vitrine-rail>` tells the session. */
export interface RailHost {
  opened(rail: HTMLElement): void;
  closed(rail: HTMLElement): void;
}

const defaultCount = 12;

/** The attributes of a rail, as a request. */
export function railRequest(rail: HTMLElement): RailRequest {
  const count = Math.trunc(Number(rail.getAttribute('count') ?? defaultCount));
  const item = rail.getAttribute('item');
  return {
    surface: rail.getAttribute('surface') ?? 'home',
    count: count >= 1 ? Math.min(count, limit.slateItems) : defaultCount,
    ...(item ? { item: item as ItemId } : {}),
  };
}

/** Defines `<vitrine-rail>`: the element only says that it is there or asks for something else now. */
export function defineRail(host: RailHost): void {
  class Rail extends HTMLElement {
    static readonly observedAttributes = ['surface', 'count', 'item'];

    connectedCallback(): void {
      host.opened(this);
    }

    disconnectedCallback(): void {
      host.closed(this);
    }

    attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
      if (this.isConnected && before !== after) host.opened(this);
    }
  }
  customElements.define('vitrine-rail', Rail);
}
