import type { EvaluationReport } from '../evaluate/report.ts';
import { kindOf } from './kind.ts';
import { chart, chartWidth, element, label, line, scaleOf } from './svg.ts';

const left = 42;
const right = chartWidth - 76;
const top = 10;
const bottom = 200;
/** Names at the ends of lines stand at least so far apart. */
const apart = 14;

/** Share of the catalogue that the first 1 to k places of all slates hold, a line per system with its name at the end. */
export function coverageChart({ coverage: shares, systems, k }: EvaluationReport): string {
  const coverage = (system: string) => shares[system] ?? [];
  const share = scaleOf(0, Math.max(0.01, ...systems.flatMap(coverage)), bottom, top);
  const place = (p: number) => (k === 1 ? right : left + ((p - 1) / (k - 1)) * (right - left));
  const ends = spread(systems.map((system) => ({ system, y: share(coverage(system).at(-1) ?? 0) })));
  return chart(bottom + 34, 'Share of the catalogue that was shown, by places', [
    ...share.ticks.flatMap((tick) => [
      line(left, share(tick), right, share(tick), 'grid'),
      label(left - 6, share(tick) + 4, `${Number((100 * tick).toPrecision(3))} %`, { class: 'tick', 'text-anchor': 'end' }),
    ]),
    ...[1, k].map((p) => label(place(p), bottom + 16, String(p), { class: 'tick', 'text-anchor': 'middle' })),
    label((left + right) / 2, bottom + 30, 'places of the slate', { class: 'tick', 'text-anchor': 'middle' }),
    ...systems.map((system) => {
      const points = coverage(system).map((value, p) => `${place(p + 1).toFixed(1)},${share(value).toFixed(1)}`);
      return element('polyline', { points: points.join(' '), class: `stroke line ${kindOf(system)}` });
    }),
    ...ends.map(({ system, y }) => label(right + 8, y + 4, system, { class: `name ink ${kindOf(system)}` })),
  ]);
}

/** Moves heights apart, keeping their order. */
function spread<Entry extends { readonly y: number }>(entries: readonly Entry[]): Entry[] {
  let limit = bottom;
  return [...entries]
    .sort((a, b) => b.y - a.y)
    .map((entry) => {
      const y = Math.min(entry.y, limit);
      limit = y - apart;
      return { ...entry, y };
    });
}
