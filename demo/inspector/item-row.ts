import type { SlateDetailItem } from '../../shared/contract/slate-detail.ts';
import { make } from '../part.ts';
import { movement } from '../slate.ts';
import { readTitle } from '../title.ts';
import { featureTable, formatValue } from './feature-table.ts';

/** "▲ 12", "▼ 3", "=": places from the edge's order to the device's. */
export function movementText(places: number | undefined): string {
  if (places === undefined) return '·';
  return places === 0 ? '=' : places > 0 ? `▲ ${places}` : `▼ ${-places}`;
}

const rank = (value: number | undefined) => (value === undefined ? '–' : `#${value + 1}`);

/** One item of a slate; its scores and features are made when it is opened. */
export function itemRow(item: SlateDetailItem, slate: readonly SlateDetailItem[], isOpen: boolean): HTMLDetailsElement {
  const places = movement(item);
  const picture = make('item-picture' as 'div', { item: item.id, label: item.title, categories: item.categories.join(', ') });
  if (item.brand !== undefined) picture.setAttribute('brand', item.brand);
  if (item.price !== undefined) picture.setAttribute('price', String(item.price));
  const way = places === undefined || places === 0 ? 'same' : places > 0 ? 'up' : 'down';
  const sources = make('span', { class: 'sources' }, ...item.sources.map((source) => make('i', {}, source)));
  const summary = make(
    'summary',
    {},
    make('span', { class: 'place' }, String(item.position + 1)),
    picture,
    make('span', { class: 'who' }, make('span', { class: 'who-name' }, readTitle(item.title).name), sources),
    make(
      'span',
      { class: 'ranks' },
      make('span', {}, `${rank(item.edgeRank)} → ${rank(item.deviceRank)}`),
      make('b', { class: way }, movementText(places)),
    ),
  );
  const row = make('details', { 'data-item': item.id }, summary);
  const fill = () => {
    if (row.childElementCount > 1) return;
    const fact = (name: string, value: string) => make('div', {}, make('dt', {}, name), make('dd', {}, value));
    const facts = make(
      'dl',
      { class: 'scores' },
      fact('edge score', formatValue(item.edgeScore)),
      fact('device score', item.deviceScore === undefined ? '–' : formatValue(item.deviceScore)),
      fact('propensity', formatValue(item.propensity)),
    );
    row.append(facts, featureTable(item, slate));
  };
  row.addEventListener('toggle', () => row.open && fill());
  if (isOpen) {
    fill();
    row.open = true;
  }
  return row;
}
