import type { FeatureImportance, RankerImportance } from '../evaluate/importance.ts';
import { axis } from './intervals.ts';
import { chart, chartWidth, element, formatValue, label, line, scaleOf } from './svg.ts';

/** The features that say most; the report's JSON has all. */
const shown = 12;
const left = 122;
const right = chartWidth - 50;
const rowHeight = 20;
const top = 22;

const measures = {
  permutation: { title: 'NDCG lost when shuffled', kind: 'release' },
  shap: { title: 'mean |Shapley value|', kind: 'edge' },
  gain: { title: 'share of the gain of splits', kind: 'popularity' },
} as const;
type Measure = keyof typeof measures;

/** Bars by feature, a chart per measure: permutation for every ranker, Shapley values and gain for trees. */
export const importanceChart = (ranker: string, { features }: RankerImportance): string =>
  (Object.keys(measures) as Measure[])
    .filter((measure) => features.some((feature) => feature[measure] !== undefined))
    .map((measure) => bars(ranker, measure, features))
    .join('');

function bars(ranker: string, measure: Measure, features: readonly FeatureImportance[]): string {
  const { title, kind } = measures[measure];
  const worth = (feature: FeatureImportance) => feature[measure] ?? 0;
  const rows = features.toSorted((a, b) => worth(b) - worth(a)).slice(0, shown);
  const scale = scaleOf(Math.min(0, ...rows.map(worth)), Math.max(1e-6, ...rows.map(worth)), left, right, 3);
  const bottom = top + rows.length * rowHeight;
  return chart(bottom + 20, `${ranker} ranker: ${title}`, [
    label(0, 12, title, { class: 'tick' }),
    ...axis(scale, top, bottom),
    line(scale(0), top, scale(0), bottom, 'zero'),
    ...rows.flatMap((feature, r) => {
      const y = top + (r + 0.5) * rowHeight;
      const [from, to] = [scale(0), scale(worth(feature))].sort((a, b) => a - b) as [number, number];
      return [
        label(left - 8, y + 4, shortened(feature.name), { class: 'name', 'text-anchor': 'end' }),
        element('rect', { x: from, y: y - 5, width: to - from, height: 10, class: `fill ${kind}` }),
        label(to + 6, y + 4, formatValue(worth(feature)), { class: 'value tick' }),
      ];
    }),
  ]);
}

/** Names may have 64 characters, and there is room for some 18. */
const shortened = (name: string): string => (name.length > 18 ? `${name.slice(0, 17)}…` : name);
