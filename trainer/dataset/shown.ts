import { type EventType, eventTypes } from '../../shared/contract/event.ts';
import type { Ordinal } from '../../shared/contract/id.ts';
import type { Objective } from '../fit/rows.ts';
import type { Dataset, EventColumns } from '../log/dataset.ts';
import type { Query } from './query.ts';

/** A slate as it was shown and what came of it. As a query its targets are all of its items, its weights their labels. */
export interface ShownSlate extends Query {
  /** Index in EventColumns.slate. */
  readonly slate: number;
  /** By item: 0-based place, -1: not logged; and the probability of the item there, NaN: not logged, or no probability. */
  readonly positions: readonly number[];
  readonly propensities: readonly number[];
  readonly outcomes: Readonly<Record<Objective, readonly number[]>>;
}

/** What of a log is read as slates. */
export interface ShownRange {
  /** Slates of [fromMs, toMs); what happened at or after `toMs` is nobody's outcome. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Of this surface, or of none that is named. */
  readonly surface: string;
}

/** What an event type says of an item that was shown. Those without an objective give a label only. */
const objectiveOf: Readonly<Partial<Record<EventType, Objective>>> = {
  click: 'click',
  view: 'click',
  play: 'click',
  dwell: 'dwell',
  purchase: 'conversion',
  conversion: 'conversion',
};

/** When each item was seen, beside what becomes a slate. */
interface Draft {
  readonly user: number;
  readonly tMs: number;
  readonly slate: number;
  readonly isWanted: boolean;
  readonly seenMs: number[];
  readonly targets: Ordinal[];
  readonly weights: number[];
  readonly positions: number[];
  readonly propensities: number[];
  readonly outcomes: Record<Objective, number[]>;
}

/**
 * The slates of a log with their outcomes, in time order. An event counts for an impression of its visitor and item before it, within `attributionSeconds` of its type (absent:
 * never): for the slate that it names; where it names none, for the newest slate with the item if the item was clicked there, or if no click of the log names a slate. Of several
 * dwells the first is taken. What has not come by the end of the range, though its window is open, is not known; a slate whose window for clicks is open is left out.
 * @param weights label weight by index of the event type
 */
export function shownSlates(
  { events }: Dataset,
  range: ShownRange,
  weights: Float32Array,
  attributionSeconds: Readonly<Partial<Record<EventType, number>>>,
): ShownSlate[] {
  const windowMs = (type: EventType) => 1000 * (attributionSeconds[type] ?? 0);
  const tellsClicks = clicksNameSlates(events);
  const slates = new Map<number, Draft>();
  const newest = new Map<string, Draft>();
  for (let e = 0; e < events.n && (events.tMs[e] as number) < range.toMs; e++) {
    const type = eventTypes[events.type[e] as number] as EventType;
    const [item, slate, tMs] = [events.item[e] as Ordinal, events.slate[e] as number, events.tMs[e] as number];
    const key = `${events.user[e]}:${item}`;
    if (type === 'impression') {
      if (slate < 0) continue;
      const draft = slates.get(slate) ?? draftOf(events, e, range);
      slates.set(slate, draft);
      if (draft.targets.includes(item)) continue;
      addItem(draft, events, e);
      newest.set(key, draft);
      continue;
    }
    const draft = slate >= 0 ? slates.get(slate) : newest.get(key);
    const row = draft?.targets.indexOf(item) ?? -1;
    if (!draft || row < 0 || draft.user !== events.user[e]) continue;
    if (!(tMs - (draft.seenMs[row] as number) <= windowMs(type)) || windowMs(type) === 0) continue;
    if (slate < 0 && tellsClicks && draft.outcomes.click[row] === 0) continue;
    draft.weights[row] = Math.max(draft.weights[row] as number, weights[events.type[e] as number] as number);
    const objective = objectiveOf[type];
    if (objective === 'dwell' && Number.isNaN(draft.outcomes.dwell[row])) draft.outcomes.dwell[row] = events.value[e] as number;
    else if (objective && objective !== 'dwell') draft.outcomes[objective][row] = 1;
  }
  const longest = (objective: Objective) =>
    Math.max(...eventTypes.map((type) => (objectiveOf[type] === objective ? windowMs(type) : 0)));
  const [clickMs, conversionMs] = [longest('click'), longest('conversion')];
  return [...slates.values()]
    .filter(({ isWanted, tMs, seenMs }) => isWanted && tMs >= range.fromMs && (seenMs.at(-1) as number) + clickMs <= range.toMs)
    .map(({ isWanted: _, seenMs, ...slate }) => {
      const conversion = slate.outcomes.conversion.map((value, row) =>
        value === 0 && (seenMs[row] as number) + conversionMs > range.toMs ? Number.NaN : value,
      );
      return { ...slate, outcomes: { ...slate.outcomes, conversion } };
    });
}

/** Whether the log tells which slate a click came from. */
function clicksNameSlates({ n, type, slate }: EventColumns): boolean {
  const direct = eventTypes.map((name) => objectiveOf[name] === 'click');
  for (let e = 0; e < n; e++) if ((slate[e] as number) >= 0 && direct[type[e] as number]) return true;
  return false;
}

function draftOf(events: EventColumns, e: number, { surface }: ShownRange): Draft {
  const name = events.surfaces[events.surface[e] as number];
  return {
    user: events.user[e] as number,
    tMs: events.tMs[e] as number,
    slate: events.slate[e] as number,
    isWanted: name === undefined || name === surface,
    seenMs: [],
    targets: [],
    weights: [],
    positions: [],
    propensities: [],
    outcomes: { click: [], dwell: [], conversion: [] },
  };
}

function addItem(draft: Draft, { item, tMs, position, propensity }: EventColumns, e: number): void {
  const probability = propensity[e] as number;
  draft.targets.push(item[e] as Ordinal);
  draft.seenMs.push(tMs[e] as number);
  draft.weights.push(0);
  draft.positions.push(position[e] as number);
  draft.propensities.push(probability > 0 && probability <= 1 ? probability : Number.NaN);
  draft.outcomes.click.push(0);
  draft.outcomes.dwell.push(Number.NaN);
  draft.outcomes.conversion.push(0);
}
