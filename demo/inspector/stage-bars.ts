import { make } from '../part.ts';

const names: Readonly<Record<string, string>> = {
  fetch: 'Fetch',
  features: 'Features',
  rerank: 'Rerank',
  policy: 'Policy',
  render: 'Render',
  history: 'History',
  model: 'Model',
};

/** "edge.retrieve" -> "↳ retrieve", below the fetch that it is part of. */
export const stageName = (stage: string): string => (stage.startsWith('edge.') ? `↳ ${stage.slice(5)}` : (names[stage] ?? stage));

/** Where the time went: one bar per stage on a common scale. @param timing milliseconds by stage */
export function stageBars(timing: Readonly<Record<string, number>>): HTMLElement {
  const stages = Object.entries(timing).filter(([, ms]) => Number.isFinite(ms));
  const longest = Math.max(1, ...stages.map(([, ms]) => ms));
  const rows = stages.map(([stage, ms]) => {
    const bar = make('span', { class: 'bar', style: `--part:${(ms / longest).toFixed(4)}` });
    return make(
      'li',
      { class: stage.startsWith('edge.') ? 'at-edge' : 'in-page' },
      make('span', {}, stageName(stage)),
      bar,
      make('b', {}, `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`),
    );
  });
  return make('ul', { class: 'stages', 'aria-label': 'Time by stage' }, ...rows);
}
