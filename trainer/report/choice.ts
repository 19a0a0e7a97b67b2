import { chosenParts, type ModelChoice, type RankerModelChoice, type ReleaseChoice } from '../../shared/contract/release.ts';
import { escapeText, formatValue } from './svg.ts';

const titles = { similar: 'Similar items', vectors: 'Vectors', light: 'Light ranker', heavy: 'Heavy ranker' } as const;

/** What each part of the release is made by: every model that was fitted with its figure, the chosen one in bold, and why others were not. */
export function choiceTable(choice: Partial<ReleaseChoice>): string {
  const parts = chosenParts.flatMap((part) => {
    const chosen = choice[part];
    return chosen ? [`<tr><th scope="rowgroup" colspan="2">${titles[part]}</th></tr>${rowsOf(chosen)}`] : [];
  });
  return `<div class="wide"><table><tbody>${parts.join('')}</tbody></table></div>`;
}

function rowsOf(chosen: ModelChoice | RankerModelChoice): string {
  const { model, ndcg10, skipped } = chosen;
  const row = (name: string, value: string) =>
    `<tr><th scope="row">${name === model ? `<strong>${escapeText(name)}</strong>` : escapeText(name)}</th><td>${value}</td></tr>`;
  const fitted = Object.entries(ndcg10).sort(([, a], [, b]) => b - a);
  const lesson = 'lists' in chosen && chosen.distilled ? [row('distilled', small(lessonText(chosen.distilled)))] : [];
  return [
    ...(Object.hasOwn(ndcg10, model) ? [] : [row(model, small('the only one to choose'))]),
    ...fitted.map(([name, value]) => row(name, formatValue(value))),
    ...lesson,
    ...skipped.map(({ name, reason }) => row(name, small(escapeText(reason)))),
  ].join('');
}

const small = (markup: string): string => `<small>${markup}</small>`;

const lessonText = ({ weight, temperature, ndcg10: { alone, taught } }: NonNullable<RankerModelChoice['distilled']>): string =>
  weight > 0
    ? `from the heavy ranker, weight ${weight}, temperature ${temperature}: ${formatValue(alone)} to ${formatValue(taught)}`
    : 'the heavy ranker had nothing to teach it';
