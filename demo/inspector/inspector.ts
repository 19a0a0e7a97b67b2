import type { SlateDetail } from '../../shared/contract/slate-detail.ts';
import { journal, onDeed } from '../journal.ts';
import type { Navigation } from '../navigation.ts';
import { make, part } from '../part.ts';
import { onSlate } from '../slate.ts';
import { itemRow } from './item-row.ts';
import { stageBars } from './stage-bars.ts';

/** Shows how the page came to its order. It knows what `vitrine:slate` events say, and nothing else of the rails. */
export function startInspector(navigation: Navigation): void {
  const panel = part(document, '#inspector', HTMLElement);
  const button = part(document, '#inspect-button', HTMLButtonElement);
  const slates = new Map<HTMLElement, SlateDetail>();
  const titles = new Map<string, string>();
  const opened = new Set<string>();
  let chosen: HTMLElement | undefined;
  let isScheduled = false;

  const isShown = (rail: HTMLElement) => rail.isConnected && !rail.closest('[hidden]');
  const labelOf = (rail: HTMLElement) =>
    rail.closest('.shelf')?.querySelector('h2')?.textContent ?? rail.getAttribute('surface') ?? 'Rail';

  function draw(): void {
    isScheduled = false;
    if (panel.hidden) return;
    for (const rail of slates.keys()) if (!rail.isConnected) slates.delete(rail);
    const rails = [...slates.keys()]
      .filter(isShown)
      .sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    if (!chosen || !rails.includes(chosen)) chosen = rails[0];
    const tabs = rails.map((rail) => {
      const tab = make('button', { type: 'button', 'aria-pressed': String(rail === chosen) }, labelOf(rail));
      tab.addEventListener('click', () => {
        chosen = rail;
        draw();
      });
      return tab;
    });
    const detail = chosen && slates.get(chosen);
    const scroll = panel.querySelector('.inspector-body')?.scrollTop ?? 0;
    const focused =
      document.activeElement instanceof HTMLElement && panel.contains(document.activeElement)
        ? focusKey(document.activeElement)
        : undefined;
    const body = make(
      'div',
      { class: 'inspector-body' },
      ...(detail
        ? describe(detail)
        : [make('p', { class: 'dim' }, 'No slate yet. Rails report here as soon as they show an order.')]),
      session(),
    );
    panel.replaceChildren(head(), make('div', { class: 'tabs', role: 'group', 'aria-label': 'Rails' }, ...tabs), body);
    // Setting it lays the panel out at once.
    if (scroll > 0) body.scrollTop = scroll;
    if (focused)
      [...panel.querySelectorAll<HTMLElement>('button, summary')]
        .find((element) => focusKey(element) === focused)
        ?.focus({ preventScroll: true });
  }

  const focusKey = (element: HTMLElement) =>
    element.closest<HTMLElement>('details')?.dataset.item ?? element.getAttribute('aria-label') ?? element.textContent;

  function schedule(): void {
    if (isScheduled || panel.hidden) return;
    isScheduled = true;
    // After the frame: what the page itself changes is laid out first, so that neither task is long.
    requestAnimationFrame(() => setTimeout(draw));
  }

  function head(): HTMLElement {
    const close = make('button', { type: 'button', class: 'quiet', 'aria-label': 'Close the inspector' }, '✕');
    close.addEventListener('click', () => toggle(false));
    return make('header', {}, make('h2', {}, 'Why this order'), make('kbd', {}, 'i'), close);
  }

  function describe(detail: SlateDetail): HTMLElement[] {
    const fact = (name: string, value: string, title = value) =>
      make('div', { title }, make('dt', {}, name), make('dd', {}, value));
    const facts = make(
      'dl',
      { class: 'facts' },
      fact('Order', detail.order === 'device' ? 'this device' : 'edge'),
      fact('Engine', detail.engine),
      fact('Release', detail.release.slice(0, 8), detail.release),
      fact('Arm', detail.arm),
    );
    const degraded = detail.degraded.map(({ stage, reason }) => make('li', {}, make('b', {}, stage), ` ${reason}`));
    const rows = detail.items.map((item) => itemRow(item, detail.items, opened.has(item.id)));
    for (const row of rows) {
      const id = row.dataset.item ?? '';
      row.addEventListener('toggle', () => (row.open ? opened.add(id) : opened.delete(id)));
      row.addEventListener('pointerenter', () => point(id));
      row.addEventListener('pointerleave', () => point());
    }
    return [
      facts,
      ...(degraded.length > 0 ? [make('ul', { class: 'degraded', 'aria-label': 'Went on without' }, ...degraded)] : []),
      make('h3', {}, 'Time'),
      stageBars(detail.timing),
      make('h3', {}, 'Items', make('small', {}, 'edge → device, among all candidates')),
      make('div', { class: 'rows' }, ...rows),
    ];
  }

  /** Outlines the card of an item on the page. */
  function point(id?: string): void {
    for (const card of chosen?.querySelectorAll<HTMLElement>('[data-id]') ?? [])
      card.classList.toggle('is-pointed', card.dataset.id === id);
  }

  function session(): HTMLElement {
    const deeds = journal();
    const lines = deeds
      .slice(0, 12)
      .map(({ type, item, atMs }) =>
        make(
          'li',
          {},
          make('time', {}, new Date(atMs).toLocaleTimeString('en-GB')),
          make('b', {}, type),
          ` ${titles.get(item) ?? item}`,
        ),
      );
    const list =
      lines.length > 0
        ? make('ul', { class: 'deeds' }, ...lines)
        : make('p', { class: 'dim' }, 'Click, rate, hide or take something: the shelves follow.');
    return make(
      'section',
      {},
      make('h3', {}, 'This visit', make('small', {}, `${deeds.length} ${deeds.length === 1 ? 'event' : 'events'}`)),
      list,
    );
  }

  function toggle(open: boolean): void {
    panel.hidden = !open;
    document.documentElement.classList.toggle('is-inspecting', open);
    button.setAttribute('aria-pressed', String(open));
    navigation.flag({ inspect: open });
    if (open) schedule();
    else {
      point();
      if (panel.contains(document.activeElement) || document.activeElement === document.body)
        button.focus({ preventScroll: true });
    }
  }

  onSlate((rail, detail) => {
    slates.set(rail, detail);
    for (const { id, title } of detail.items) titles.set(id, title);
    schedule();
  });
  onDeed(schedule);
  button.addEventListener('click', () => toggle(panel.hidden === true));
  addEventListener('keydown', (event) => {
    const typing =
      event.target instanceof HTMLElement &&
      event.target.matches('input:not([type="radio"], [type="checkbox"]), textarea, select');
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'i') toggle(panel.hidden === true);
    else if (event.key === 'Escape' && !panel.hidden && panel.contains(document.activeElement)) toggle(false);
  });
  // Which rails are in sight changes with the page.
  new MutationObserver(schedule).observe(part(document, '#home', HTMLElement), { attributeFilter: ['hidden'] });
  if (navigation.flags.inspect) toggle(true);
}
