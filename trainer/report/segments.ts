import type { EvaluationReport } from '../evaluate/report.ts';
import { type Segment, segments } from '../evaluate/segment.ts';
import { axis, whisker } from './intervals.ts';
import { kindOf } from './kind.ts';
import { chart, chartWidth, element, label, line, scaleOf } from './svg.ts';

const left = 96;
const right = chartWidth - 12;
const lane = 11;
const gap = 14;
const top = 6;

/** NDCG by part of the questions: a row per part, a lane per system with its interval. Parts without a question are left out. */
export function segmentChart(report: EvaluationReport): string {
  const metric = `ndcg@${report.k}`;
  const { systems } = report;
  const rowHeight = systems.length * lane + gap;
  const parts = segments.filter((segment) => report.segments[segment].queries > 0);
  const figure = (segment: Segment, system: string) =>
    report.segments[segment].metrics[system]?.[metric] ?? { mean: 0, low: 0, high: 0 };
  const highest = Math.max(0, ...parts.flatMap((segment) => systems.map((system) => figure(segment, system).high)));
  const scale = scaleOf(0, highest, left, right);
  const bottom = top + parts.length * rowHeight;
  return chart(bottom + 20, `NDCG at ${report.k} by segment`, [
    ...axis(scale, top, bottom),
    ...parts.flatMap((segment, row) => {
      const start = top + row * rowHeight;
      const middle = start + rowHeight / 2;
      const { queries, users } = report.segments[segment];
      return [
        row > 0 ? line(0, start, chartWidth, start, 'grid') : '',
        label(0, middle - 8, segment, { class: 'name' }),
        label(0, middle + 7, `${users.toLocaleString('en-US')} visitors`, { class: 'tick' }),
        label(0, middle + 20, `${queries.toLocaleString('en-US')} choices`, { class: 'tick' }),
        ...systems.flatMap((system, s) => {
          const y = start + gap / 2 + (s + 0.5) * lane;
          const value = figure(segment, system);
          return [
            ...whisker(value, scale, y, `stroke ${kindOf(system)}`),
            element('circle', { cx: scale(value.mean), cy: y, r: 3.5, class: `fill ${kindOf(system)}` }),
          ];
        }),
      ];
    }),
  ]);
}
