import type { EvaluationReport } from './evaluate.ts';
import { systems } from './evaluate.ts';

const number = (value: number) => value.toFixed(4).replace(/^(-?)0\./, '$1.');

/** A report as lines of text: one row per system, the mean of each metric with its 95 % interval, then the paired differences. */
export function describeReport(report: EvaluationReport): string[] {
  const { metrics, k } = report;
  const columns = [`ndcg@${k}`, `recall@${k}`, `mrr@${k}`, `map@${k}`, 'auc', `coverage@${k}`];
  const rows = [['', ...columns.map((column) => column.toUpperCase())]];
  for (const system of systems) {
    const cells = columns.map((column) => {
      const value = metrics[system]?.[column];
      if (!value) return '-';
      return value.low === value.high
        ? number(value.mean)
        : `${number(value.mean)} [${number(value.low)}, ${number(value.high)}]`;
    });
    rows.push([system, ...cells]);
  }
  const widths = ['', ...columns].map((_, c) => Math.max(...rows.map((row) => (row[c] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, c) => cell.padEnd(widths[c] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const differences = Object.entries(metrics)
    .filter(([name]) => name.includes(' - '))
    .map(([name, values]) => {
      const value = values[`ndcg@${k}`];
      return value
        ? `${name}: NDCG@${k} ${value.mean < 0 ? '' : '+'}${number(value.mean)} [${number(value.low)}, ${number(value.high)}]`
        : name;
    });
  const found = metrics.release?.retrieved?.mean ?? 0;
  return [
    `Surface "${report.surface}": ${report.queries} next choices of ${report.users} visitors from ${new Date(report.fromMs).toISOString().slice(0, 10)} on.`,
    `Mean over visitors with 95 % bootstrap interval; ties count against. Retrieved: ${(100 * found).toFixed(1)} % of the choices are candidates.`,
    '',
    ...lines,
    '',
    ...differences,
  ];
}
