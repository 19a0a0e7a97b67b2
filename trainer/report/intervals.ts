import type { MetricValue } from '../../shared/contract/release.ts';
import { chart, chartWidth, element, formatTick, formatValue, label, line, type Scale, scaleOf } from './svg.ts';

export interface Row {
  readonly name: string;
  /** CSS class that gives the colour. */
  readonly kind: string;
  readonly value: MetricValue;
}

const left = 80;
const right = chartWidth - 56;
const rowHeight = 28;
const top = 8;

/** Bars from 0 to the mean with the interval on them, and the mean beside: one row per system. */
export function barChart(name: string, rows: readonly Row[]): string {
  const scale = scaleOf(0, Math.max(...rows.map(({ value }) => value.high)), left, right);
  return rowChart(name, rows, scale, ({ kind, value }, y) => [
    element('rect', { x: left, y: y - 6, width: Math.max(0, scale(value.mean) - left), height: 12, class: `fill ${kind}` }),
    ...whisker(value, scale, y, 'whisker'),
    label(Math.max(scale(value.high), scale(value.mean)) + 6, y + 4, formatValue(value.mean), { class: 'value' }),
  ]);
}

/** Differences on both sides of 0, which is a line of its own. */
export function differenceChart(name: string, rows: readonly Row[]): string {
  const low = Math.min(0, ...rows.map(({ value }) => value.low));
  const high = Math.max(0, ...rows.map(({ value }) => value.high));
  const scale = scaleOf(low, high, left, right);
  const height = top + rows.length * rowHeight;
  const zero = line(scale(0), top, scale(0), height, 'zero');
  return rowChart(
    name,
    rows,
    scale,
    ({ kind, value }, y) => [
      ...whisker(value, scale, y, `stroke ${kind}`),
      element('circle', { cx: scale(value.mean), cy: y, r: 4.5, class: `fill ${kind}` }),
      label(scale(value.high) + 8, y + 4, `${value.mean < 0 ? '' : '+'}${formatValue(value.mean)}`, { class: 'value' }),
    ],
    zero,
  );
}

function rowChart(
  name: string,
  rows: readonly Row[],
  scale: Scale,
  draw: (row: Row, y: number) => string[],
  behind = '',
): string {
  const bottom = top + rows.length * rowHeight;
  return chart(bottom + 20, name, [
    ...axis(scale, top, bottom),
    behind,
    ...rows.flatMap((row, r) => {
      const y = top + (r + 0.5) * rowHeight;
      return [label(left - 8, y + 4, row.name, { class: 'name', 'text-anchor': 'end' }), ...draw(row, y)];
    }),
  ]);
}

/** Grid lines with their values below. */
export const axis = (scale: Scale, from: number, bottom: number): string[] =>
  scale.ticks.flatMap((tick) => [
    line(scale(tick), from, scale(tick), bottom, 'grid'),
    label(scale(tick), bottom + 14, formatTick(tick), { class: 'tick', 'text-anchor': 'middle' }),
  ]);

/** An interval; nothing where it has no width. */
export function whisker({ low, high }: MetricValue, scale: Scale, y: number, kind: string): string[] {
  if (low === high) return [];
  const ends = [low, high].map((end) => line(scale(end), y - 4, scale(end), y + 4, kind));
  return [line(scale(low), y, scale(high), y, kind), ...ends];
}
