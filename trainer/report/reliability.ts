import type { EvaluationReport } from '../evaluate/report.ts';
import { axis } from './intervals.ts';
import { kindOf } from './kind.ts';
import { chart, chartWidth, element, escapeText, formatTick, formatValue, label, line, scaleOf } from './svg.ts';

type Probabilities = NonNullable<EvaluationReport['probabilities']>;
type Report = NonNullable<Probabilities['edge']>;

const left = 42;
const right = chartWidth - 14;
const top = 10;
const bottom = 230;

/** Observed against predicted probability of a click: a line per ranker, a point per bin, and the diagonal on which predictions come true. */
export function reliabilityChart(probabilities: Probabilities): string {
  const rankers = rankersOf(probabilities);
  const highest = Math.max(
    1e-3,
    ...rankers.flatMap(([, { bins }]) => bins.flatMap(({ predicted, observed }) => [predicted, observed])),
  );
  const [across, up] = [scaleOf(0, highest, left, right), scaleOf(0, highest, bottom, top)];
  const end = across.ticks.at(-1) ?? highest;
  return chart(bottom + 34, 'Observed against predicted probability of a click', [
    ...axis(across, top, bottom),
    ...up.ticks.flatMap((tick) => [
      line(left, up(tick), right, up(tick), 'grid'),
      label(left - 6, up(tick) + 4, formatTick(tick), { class: 'tick', 'text-anchor': 'end' }),
    ]),
    line(across(0), up(0), across(end), up(end), 'zero'),
    label(left + 6, top + 12, 'observed', { class: 'tick' }),
    label((left + right) / 2, bottom + 30, 'predicted', { class: 'tick', 'text-anchor': 'middle' }),
    ...rankers.flatMap(([name, { bins }]) => {
      const points = bins.map(({ predicted, observed }) => [across(predicted), up(observed)] as const);
      const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
      return [
        element('polyline', { points: path, class: `stroke ${kindOf(name)}` }),
        ...points.map(([cx, cy]) => element('circle', { cx, cy, r: 3.5, class: `fill ${kindOf(name)}` })),
      ];
    }),
  ]);
}

const figures: readonly (readonly [string, (report: Report) => string])[] = [
  ['calibration error', ({ ece }) => interval(ece)],
  ['by equal width', ({ eceByWidth }) => interval(eceByWidth)],
  ['log-loss', ({ logLoss }) => formatValue(logLoss)],
  ['of the mean', ({ baseLogLoss }) => formatValue(baseLogLoss)],
  ['impressions', ({ impressions }) => impressions.toLocaleString('en-US')],
  ['clicks', ({ clicks }) => clicks.toLocaleString('en-US')],
];

/** How good the probabilities are, a column per ranker; the bins below, folded. */
export function reliabilityTable(probabilities: Probabilities): string {
  const rankers = rankersOf(probabilities);
  const head = ['', ...rankers.map(([name]) => name)];
  const summary = figures.map(([name, of]) => [name, ...rankers.map(([, report]) => of(report))]);
  const bins = rankers.map(([name, report]) => {
    const rows = report.bins.map(({ n, predicted, observed }) => [
      n.toLocaleString('en-US'),
      formatValue(predicted),
      formatValue(observed),
    ]);
    return `<details><summary>Bins of ${escapeText(name)}</summary>${table(['impressions', 'predicted', 'observed'], rows)}</details>`;
  });
  return table(head, summary) + bins.join('');
}

const rankersOf = (probabilities: Probabilities): (readonly [string, Report])[] =>
  (['release', 'edge'] as const).flatMap((name) => {
    const report = probabilities[name];
    return report ? [[name, report] as const] : [];
  });

const interval = ({ mean, low, high }: Report['ece']): string =>
  `${formatValue(mean)}<small>${formatValue(low)} to ${formatValue(high)}</small>`;

/** @param rows of markup; the first cell names the row */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const titles = head.map((title) => `<th scope="col">${escapeText(title)}</th>`).join('');
  const body = rows.map(([name = '', ...cells]) => {
    return `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${titles}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
