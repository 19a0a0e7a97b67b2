import type { SlateDetailItem } from '../../shared/contract/slate-detail.ts';
import { make } from '../part.ts';

/** Four significant digits at most; very small values in exponent form. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return 'missing';
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  return String(Number(value.toPrecision(4)));
}

/** An item's features: name, value, and where the value lies between the least and the greatest of the slate. */
export function featureTable(item: SlateDetailItem, slate: readonly SlateDetailItem[]): HTMLElement {
  const features = Object.entries(item.features ?? {});
  if (features.length === 0) return make('p', { class: 'dim' }, 'No features: the edge’s order stands.');
  const rows = features.map(([name, value]) => {
    const all = slate.map((other) => other.features?.[name] ?? Number.NaN).filter(Number.isFinite);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const place = most > least ? (value - least) / (most - least) : 0.5;
    const bar = Number.isFinite(value) ? make('span', { class: 'dot', style: `--place:${place.toFixed(3)}` }) : '';
    const cell = make('td', Number.isFinite(value) ? {} : { class: 'is-missing' }, formatValue(value));
    return make('tr', {}, make('th', { scope: 'row' }, name), make('td', { class: 'range' }, bar), cell);
  });
  return make(
    'table',
    { class: 'features' },
    make('caption', { class: 'visually-hidden' }, 'Features'),
    make('tbody', {}, ...rows),
  );
}
