import { startArrivals } from './arrival.ts';
import { startBasket } from './basket.ts';
import { createCatalogue } from './catalogue.ts';
import { startConsent } from './consent.ts';
import { ItemPicture } from './element/item-picture.ts';
import { ItemMeta, ItemName } from './element/item-words.ts';
import { dress, type Flavour, flavourOf, words } from './flavour.ts';
import { startInspector } from './inspector/inspector.ts';
import { showItem, showMissing } from './item/item-view.ts';
import { startJournal } from './journal.ts';
import { type Passage, startNavigation } from './navigation.ts';
import { startOrderNotes } from './order-note.ts';
import { make, part } from './part.ts';
import type { Route } from './route.ts';
import { startSearch } from './search/search-box.ts';
import { onSlate } from './slate.ts';
import { readTitle } from './title.ts';
import { toast } from './toast.ts';

// Each definition wakes the elements that are already there; each in a task of its own keeps the page responsive.
const soon = (job: () => void) => void setTimeout(job);
customElements.define('item-name', ItemName);
soon(() => customElements.define('item-meta', ItemMeta));
soon(() => customElements.define('item-picture', ItemPicture));

const home = part(document, '#home', HTMLElement);
const itemSection = part(document, '#item', HTMLElement);
const catalogue = createCatalogue(document.querySelector<HTMLElement>('script[data-site]')?.dataset.site ?? 'demo');
const basket = startBasket();
let flavour: Flavour | undefined;
let pageTitle: string | undefined;

function learn(items: Parameters<typeof catalogue.remember>[0]): void {
  catalogue.remember(items);
  if (flavour || items.length === 0) return;
  flavour = flavourOf(items);
  dress(flavour);
  nameDocument();
}

function nameDocument(): void {
  const site = flavour ? words[flavour].site : 'Vitrine';
  document.title = pageTitle ? `${pageTitle} · ${site}` : site;
}

/** Shows one page of the two; the home page stays in the document, alive, while an item's page is made for each visit. */
async function show(route: Route, passage: Passage): Promise<void> {
  const path = location.pathname;
  let found = route.view === 'item' ? catalogue.known(route.item) : undefined;
  let reason: string | undefined;
  if (route.view === 'item' && !found) {
    home.hidden = true;
    itemSection.hidden = false;
    itemSection.replaceChildren(make('div', { class: 'item-waiting' }));
    found = await catalogue.item(route.item).catch(() => {
      reason = 'This page could not be fetched. Is the network there?';
      return undefined;
    });
    if (path !== location.pathname) return;
  }
  home.hidden = route.view !== 'home';
  itemSection.hidden = route.view === 'home';
  if (route.view === 'home') soon(() => itemSection.hidden && itemSection.replaceChildren());
  else if (found) {
    learn([found]);
    showItem(itemSection, found, basket);
  } else showMissing(itemSection, reason);
  pageTitle = route.view === 'home' ? undefined : found ? readTitle(found.title).name : 'Not found';
  nameDocument();
  if (passage === 'arrived')
    part(document, route.view === 'home' ? '#home-title' : '#item-title', HTMLElement).focus({ preventScroll: true });
}

onSlate((_, detail) => learn(detail.items));
document.addEventListener('click', (event) => {
  if (event.target instanceof Element && event.target.closest('[data-v-action="hide"]'))
    toast('Noted. You will see less like this.');
});
startJournal();
startArrivals();
startOrderNotes();
const navigation = startNavigation(show);
startConsent(navigation);
soon(() => startSearch(catalogue, navigation));
soon(() => startInspector(navigation));
