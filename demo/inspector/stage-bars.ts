import { make } from '../part.ts';

/** Stages in the order of the path, each with its parts. `edge.*` is spent inside the fetch, the device's steps inside the rerank. */
const stages: readonly (readonly [stage: string, name: string, parts: readonly string[]])[] = [
  ['fetch', 'Fetch', ['edge.open', 'edge.assign', 'edge.retrieve', 'edge.rank', 'edge.policy', 'edge.pack']],
  ['rerank', 'Rerank', ['open', 'features', 'score', 'policy']],
  ['render', 'Render', []],
];

export interface StageRow {
  readonly name: string;
  readonly ms: number;
  readonly isPart: boolean;
  readonly isEdge: boolean;
}

/** Rows of the stages that took place; a stage that this page does not know comes last, under its own name. */
export function stageRows(timing: Readonly<Record<string, number>>): StageRow[] {
  const known = new Set(stages.flatMap(([stage, , parts]) => [stage, ...parts]));
  const row = (stage: string, name: string, isPart: boolean): StageRow[] => {
    const ms = timing[stage];
    return ms === undefined || !Number.isFinite(ms) ? [] : [{ name, ms, isPart, isEdge: stage.startsWith('edge.') }];
  };
  const others = Object.keys(timing).filter((stage) => !known.has(stage));
  return [
    ...stages.flatMap(([stage, name, parts]) => [
      ...row(stage, name, false),
      ...parts.flatMap((part) => row(part, part.replace('edge.', ''), true)),
    ]),
    ...others.flatMap((stage) => row(stage, stage, false)),
  ];
}

/** The clock of the edge stands still between its inputs and outputs, so a stage there may read 0. */
const duration = (ms: number) => (ms < 0.05 ? '< 0.1 ms' : `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`);

/** Where the time went: one bar per stage on a common scale. @param timing milliseconds by stage */
export function stageBars(timing: Readonly<Record<string, number>>): HTMLElement {
  const rows = stageRows(timing);
  const longest = Math.max(1, ...rows.map(({ ms }) => ms));
  const items = rows.map(({ name, ms, isPart, isEdge }) => {
    const bar = make('span', { class: 'bar', style: `--part:${(ms / longest).toFixed(4)}` });
    return make(
      'li',
      { class: `${isPart ? 'is-part' : ''} ${isEdge ? 'at-edge' : ''}` },
      make('span', {}, name),
      bar,
      make('b', {}, duration(ms)),
    );
  });
  return make('ul', { class: 'stages', 'aria-label': 'Time by stage' }, ...items);
}
