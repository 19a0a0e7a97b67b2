import type { Manifest, ModelChoice } from '../../shared/contract/release.ts';
import { escapeText, formatValue } from './svg.ts';

const titles = { similar: 'Similar items', vectors: 'Vectors' } as const;

/** What each part of the release is made by: every model that was fitted with its figure, the chosen one in bold, and why others were not. */
export function choiceTable(choice: NonNullable<Manifest['choice']>): string {
  const parts = (['similar', 'vectors'] as const).flatMap((part) => {
    const chosen = choice[part];
    return chosen ? [`<tr><th scope="rowgroup" colspan="2">${titles[part]}</th></tr>${rowsOf(chosen)}`] : [];
  });
  return `<div class="wide"><table><tbody>${parts.join('')}</tbody></table></div>`;
}

function rowsOf({ model, ndcg10, skipped }: ModelChoice): string {
  const row = (name: string, value: string) =>
    `<tr><th scope="row">${name === model ? `<strong>${escapeText(name)}</strong>` : escapeText(name)}</th><td>${value}</td></tr>`;
  const fitted = Object.entries(ndcg10).sort(([, a], [, b]) => b - a);
  return [
    ...fitted.map(([name, value]) => row(name, formatValue(value))),
    ...skipped.map(({ name, reason }) => row(name, `<small>${escapeText(reason)}</small>`)),
  ].join('');
}
