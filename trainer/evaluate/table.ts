import type { MetricValue } from '../../shared/contract/release.ts';
import type { RankerImportance } from './importance.ts';
import type { EvaluationReport, Metrics } from './report.ts';
import { segments } from './segment.ts';

const number = (value: number) => value.toFixed(4).replace(/^(-?)0\./, '$1.');
const short = (value: number) => (Math.abs(value) < 1 ? number(value).slice(0, value < 0 ? 5 : 4) : value.toFixed(2));
const withInterval = (value: MetricValue) =>
  value.low === value.high ? number(value.mean) : `${number(value.mean)} [${number(value.low)}, ${number(value.high)}]`;

/**
 * A report as lines of text: per system the mean of each metric with its 95 % interval, what else was measured without intervals, NDCG by segment,
 * then the paired differences.
 */
export function describeReport(report: EvaluationReport): string[] {
  const { metrics, k } = report;
  const found = metrics.release?.retrieved?.mean ?? 0;
  return [
    `Surface "${report.surface}": ${report.queries} next choices of ${report.users} visitors from ${new Date(report.fromMs).toISOString().slice(0, 10)} on.`,
    `Mean over visitors with 95 % bootstrap interval; ties count against. Retrieved: ${(100 * found).toFixed(1)} % of the choices are candidates.`,
    '',
    ...bySystem(report, [`ndcg@${k}`, `recall@${k}`, `mrr@${k}`, `map@${k}`, 'auc', `coverage@${k}`], withInterval),
    ...(metrics.release?.[`regret@${k}`] ? ['', ...bySystem(report, [`regret@${k}`], withInterval)] : []),
    '',
    ...bySystem(report, [`precision@${k}`, `hit@${k}`, 'gauc', `gini@${k}`, `novelty@${k}`, `diversity@${k}`], ({ mean }) =>
      short(mean),
    ),
    '',
    ...bySegment(report),
    '',
    ...differences(report),
    ...keptLines(report),
    ...importanceLines(report),
    ...probabilitiesOf(report),
  ];
}

function bySystem(
  { metrics, systems }: EvaluationReport,
  columns: readonly string[],
  format: (value: MetricValue) => string,
): string[] {
  const cells = (values: Metrics | undefined) => columns.map((column) => (values?.[column] ? format(values[column]) : '-'));
  return aligned([
    ['', ...columns.map((column) => column.toUpperCase())],
    ...systems.map((system) => [system, ...cells(metrics[system])]),
  ]);
}

function bySegment({ k, segments: parts, systems }: EvaluationReport): string[] {
  const asked = segments.filter((segment) => parts[segment].queries > 0);
  return aligned([
    [`NDCG@${k}`, 'CHOICES', 'VISITORS', ...systems.map((system) => system.toUpperCase())],
    ...asked.map((segment) => {
      const { queries, users, metrics } = parts[segment];
      const means = systems.map((system) => number(metrics[system]?.[`ndcg@${k}`]?.mean ?? 0));
      return [segment, String(queries), String(users), ...means];
    }),
  ]);
}

function differences({ metrics, k }: EvaluationReport): string[] {
  const paired = Object.entries(metrics).filter(([name]) => name.includes(' - '));
  return paired.map(([name, values]) => {
    const shown = ['ndcg', 'regret'].flatMap((metric) => {
      const value = values[`${metric}@${k}`];
      return value ? [`${metric.toUpperCase()}@${k} ${value.mean < 0 ? '' : '+'}${withInterval(value)}`] : [];
    });
    return `${name}: ${shown.join(', ')}`;
  });
}

function probabilitiesOf({ probabilities }: EvaluationReport): string[] {
  if (!probabilities) return [];
  const lines = Object.entries(probabilities).flatMap(([system, own]) => [
    `${system}: expected calibration error ${withInterval(own.ece)}, by equal width ${withInterval(own.eceByWidth)}; log-loss ${number(own.logLoss)}, ${number(own.baseLogLoss)} of the share of clicks`,
    `  predicted ${own.bins.map(({ predicted }) => number(predicted)).join(' ')}`,
    `  clicked   ${own.bins.map(({ observed }) => number(observed)).join(' ')}`,
  ]);
  const { impressions = 0, clicks = 0 } = probabilities.edge ?? {};
  return ['', `Probability of a click on ${impressions} impressions, ${clicks} clicked:`, ...lines];
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

function keptLines({ kept, k }: EvaluationReport): string[] {
  if (!kept) return [`the device order gains nothing over the blend for sure in NDCG@${k}`];
  return [`the light ranker keeps ${percent(kept.mean)} [${percent(kept.low)}, ${percent(kept.high)}] of the gain`];
}

const shownFeatures = 6;

function importanceLines({ importance, k }: EvaluationReport): string[] {
  if (!importance) return [];
  const line = (role: string, { features }: RankerImportance) => {
    const most = features.slice(0, shownFeatures).map(({ name, permutation }) => `${name} ${number(permutation)}`);
    return `${role}: ${most.join(', ')}`;
  };
  const { light, heavy } = importance;
  return ['', `NDCG@${k} lost when a feature is shuffled:`, line('light', light), line('heavy', heavy)];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => (row[c] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, c) => cell.padEnd(widths[c] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
