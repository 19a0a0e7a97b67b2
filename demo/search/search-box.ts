import type { Catalogue, TitleRow } from '../catalogue.ts';
import { track } from '../journal.ts';
import type { Navigation } from '../navigation.ts';
import { make, part } from '../part.ts';
import { itemPath } from '../route.ts';
import { readTitle } from '../title.ts';
import type { TitleIndex } from './title-index.ts';

const shownResults = 8;
const typingPauseMs = 70;

/** The search box: a combobox with a list (WAI-ARIA Authoring Practices). Titles and their index are fetched at the first focus. */
export function startSearch(catalogue: Catalogue, navigation: Navigation): void {
  const input = part(document, '#search', HTMLInputElement);
  const panel = part(document, '.search-panel', HTMLElement);
  const list = part(document, '#search-results', HTMLElement);
  const note = part(document, '.search-note', HTMLElement);
  let index: Promise<TitleIndex> | undefined;
  let results: readonly TitleRow[] = [];
  let active = -1;
  let timer = 0;

  async function load(): Promise<TitleIndex> {
    const [{ createTitleIndex }, rows] = await Promise.all([import('./title-index.ts'), catalogue.titles()]);
    const made = createTitleIndex(rows);
    void made.ready.then(find);
    return made;
  }
  const indexed = () => {
    index ??= load().catch((failure: unknown) => {
      index = undefined;
      throw failure;
    });
    return index;
  };

  function open(isOpen: boolean): void {
    panel.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen && results.length > 0));
    if (!isOpen) choose(-1);
  }

  function choose(position: number): void {
    active = position;
    for (const [i, option] of [...list.children].entries()) option.setAttribute('aria-selected', String(i === position));
    if (position < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `search-result-${position}`);
  }

  async function find(): Promise<void> {
    const query = input.value.trim();
    if (!query) return open(false);
    try {
      results = (await indexed()).search(query, shownResults);
      note.textContent = results.length > 0 ? '' : `Nothing called “${query}”.`;
    } catch {
      results = [];
      note.textContent = 'Search is out of reach just now.';
    }
    if (query !== input.value.trim() || document.activeElement !== input) return;
    list.replaceChildren(...results.map(option));
    open(true);
    choose(results.length > 0 ? 0 : -1);
  }

  function visit(row: TitleRow): void {
    track('click', row[0]);
    input.value = '';
    open(false);
    input.blur();
    navigation.go(itemPath(row[0]));
  }

  input.addEventListener('focus', () => void indexed().catch(() => {}), { once: true });
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void find(), typingPauseMs);
  });
  input.addEventListener('focus', () => input.value && void find());
  input.addEventListener('blur', () => open(false));
  // Before the blur that would close the list.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const at = event.target instanceof Element ? event.target.closest('[role=option]') : null;
    const row = at && results[[...list.children].indexOf(at)];
    if (row) visit(row);
  });
  input.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && results.length > 0 && !panel.hidden) {
      event.preventDefault();
      choose((active + step + results.length) % results.length);
    } else if (event.key === 'Escape') {
      if (panel.hidden) input.value = '';
      open(false);
      event.preventDefault();
    }
  });
  input.form?.addEventListener('submit', (event) => {
    event.preventDefault();
    const row = results[active];
    if (row && !panel.hidden) visit(row);
  });
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });
}

function option([id, title, category]: TitleRow, position: number): HTMLElement {
  const { name, year } = readTitle(title);
  const label = make('span', { class: 'result-name' }, name);
  const more = make('span', { class: 'result-more' }, [year, category].filter(Boolean).join(' · '));
  return make('div', { role: 'option', id: `search-result-${position}`, 'aria-selected': 'false', 'data-item': id }, label, more);
}
