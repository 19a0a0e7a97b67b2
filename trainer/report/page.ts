import type { RankerImportance } from '../evaluate/importance.ts';
import type { EvaluationReport } from '../evaluate/report.ts';
import { choiceTable } from './choice.ts';
import { coverageChart } from './coverage.ts';
import { importanceChart } from './importance.ts';
import { barChart, differenceChart, type Row } from './intervals.ts';
import { kindOf } from './kind.ts';
import { reliabilityChart, reliabilityTable } from './reliability.ts';
import { segmentChart } from './segments.ts';
import { style } from './style.ts';
import { element, escapeText, formatValue } from './svg.ts';

export interface About {
  /** Name of the data set. */
  readonly data: string;
  readonly release?: string;
  readonly warnings?: readonly string[];
}

const what: Readonly<Record<string, string>> = {
  release: 'the heavy ranker on the visitor’s device: what visitors see',
  edge: 'the light ranker at the edge: API clients and the first paint',
  blend: 'the blended candidates when no ranker runs',
  popularity: 'the same list for everybody, as of each moment',
  random: 'a random order of the catalogue',
};

/**
 * An evaluation as one HTML file that needs nothing else: no script, no request; charts are inline SVG. Light or dark as the reader's system, from the
 * width of a phone on.
 */
export function htmlReport(report: EvaluationReport, about: About): string {
  const { k } = report;
  const title = `${about.data}: evaluation of ${report.surface}`;
  const day = new Date(report.fromMs).toISOString().slice(0, 10);
  const found = report.metrics.release?.retrieved?.mean ?? 0;
  const count = (n: number) => n.toLocaleString('en-US');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeText(title)}</h1>
<p>${count(report.queries)} next choices of ${count(report.users)} visitors from ${day} on; the release was fitted on what came before.
${(100 * found).toFixed(1)} % of what was chosen was among the candidates. Ties count against.</p>
${about.release === undefined ? '' : `<p class="soft id">Release ${escapeText(about.release)}</p>`}
${(about.warnings ?? []).map((warning) => `<p><strong>Warning:</strong> ${escapeText(warning)}</p>`).join('\n')}
<div class="columns">
${section(`NDCG@${k}`, 'How high up the slate the choice stands. Lines: 95 % intervals, visitors resampled.', barChart(`NDCG at ${k} by system`, rowsOf(report, `ndcg@${k}`)))}
${section(`Recall@${k}`, `Share of the choices that are in a slate of ${k}.`, barChart(`Recall at ${k} by system`, rowsOf(report, `recall@${k}`)))}
${section('Release against the others', `NDCG@${k}, the same visitors in both: an interval right of 0 is a real gain.${keptText(report)}`, differenceChart(`NDCG at ${k}, paired differences`, differencesOf(report, `ndcg@${k}`)))}
${section('The systems', 'All answer the same questions under the same policy.', definitions(report.systems.map((system) => [system, what[system] ?? 'a heavy ranker that was fitted too and was not kept'])))}
${section('Coverage', 'Share of the catalogue that the first places of all slates hold together.', coverageChart(report))}
${section('Who is served how well', `NDCG@${k} by what was known beforehand of the visitor and of the item.`, `${legend(report.systems)}${segmentChart(report)}`)}
${regretSection(report)}
${clicksSection(report)}
${importanceSections(report)}
</div>
${report.choice ? section('What it is made by', 'NDCG@10 on choices before those above: of candidate models alone, of rankers over the candidates; what was left out and why.', choiceTable(report.choice)) : ''}
${section('All metrics', 'Mean over visitors, 95 % interval below it.', table(report))}
</body>
</html>
`;
}

const keptText = ({ kept }: EvaluationReport): string => {
  const percent = (share: number) => (100 * share).toFixed(0);
  return kept
    ? ` The edge keeps ${percent(kept.mean)} % (${percent(kept.low)} to ${percent(kept.high)}) of the device order’s gain over the blend.`
    : '';
};

/** Where the truth is known, of a simulated shop. */
function regretSection(report: EvaluationReport): string {
  const { k } = report;
  const metric = `regret@${k}`;
  if (!report.metrics.release?.[metric]) return '';
  return section(
    `Regret@${k}`,
    'Share of the clicks of the ideal slate that a slate misses, by the truth of the simulated shop: less is better. Below, the release against the others, the same visitors in both: an interval left of 0 is a real gain.',
    barChart(`Regret at ${k} by system`, rowsOf(report, metric)) +
      differenceChart(`Regret at ${k}, paired differences`, differencesOf(report, metric)),
  );
}

const clicksSection = ({ probabilities }: EvaluationReport): string =>
  probabilities
    ? section(
        'Do probabilities of clicks come true',
        'Slates shown after the training, in 15 bins of equally many impressions: share that was clicked against the probability that was predicted. On the diagonal both are the same; the calibration error is the mean distance from it.',
        `${legend(Object.keys(probabilities))}${reliabilityChart(probabilities)}${reliabilityTable(probabilities)}`,
      )
    : '';

const importanceSections = ({ importance, k }: EvaluationReport): string =>
  importance
    ? [
        section(
          'What the light ranker goes by',
          `${basis(importance.light)} Bars: NDCG@${k} that is lost when a feature is shuffled.`,
          importanceChart('light', importance.light),
        ),
        section('What the heavy ranker goes by', basis(importance.heavy), importanceChart('heavy', importance.heavy)),
      ].join('\n')
    : '';

const basis = ({ questions }: RankerImportance): string => `On ${questions} questions whose choice was among the candidates.`;

const section = (title: string, text: string, content: string): string =>
  `<section><h2>${escapeText(title)}</h2><p class="soft">${escapeText(text)}</p>${content}</section>`;

const rowsOf = ({ metrics, systems }: EvaluationReport, metric: string): Row[] =>
  systems.map((system) => ({
    name: system,
    kind: kindOf(system),
    value: metrics[system]?.[metric] ?? { mean: 0, low: 0, high: 0 },
  }));

/** `release - popularity` and its like, by the system that is taken off. */
function differencesOf({ metrics, systems }: EvaluationReport, metric: string): Row[] {
  return systems.flatMap((system) => {
    const value = metrics[`release - ${system}`]?.[metric];
    return value ? [{ name: system, kind: kindOf(system), value }] : [];
  });
}

const legend = (systems: readonly string[]): string =>
  `<ul class="legend">${systems
    .map((system) => {
      const dot = element(
        'svg',
        { viewBox: '0 0 10 10', 'aria-hidden': 'true' },
        element('circle', { cx: 5, cy: 5, r: 5, class: `fill ${kindOf(system)}` }),
      );
      return `<li>${dot}${escapeText(system)}</li>`;
    })
    .join('')}</ul>`;

const definitions = (entries: readonly (readonly [string, string])[]): string =>
  `<dl>${entries.map(([term, text]) => `<dt>${escapeText(term)}</dt><dd>${escapeText(text)}</dd>`).join('')}</dl>`;

function table({ metrics, systems }: EvaluationReport): string {
  const names = [...new Set(systems.flatMap((system) => Object.keys(metrics[system] ?? {})))];
  const head = ['', ...systems].map((system) => `<th scope="col">${escapeText(system)}</th>`).join('');
  const rows = names.map((name) => {
    const cells = systems.map((system) => {
      const value = metrics[system]?.[name];
      if (!value) return '<td>–</td>';
      const interval = value.low === value.high ? '' : `<small>${formatValue(value.low)} to ${formatValue(value.high)}</small>`;
      return `<td>${formatValue(value.mean)}${interval}</td>`;
    });
    return `<tr><th scope="row">${escapeText(name)}</th>${cells.join('')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
