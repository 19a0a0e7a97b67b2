import { describe, expect, test } from 'vitest';
import type { EventType } from '../../shared/contract/event.ts';
import { defaultTraining, loadConfig } from '../config.ts';
import type { Dataset } from '../log/dataset.ts';
import { datasetOf, makeItems, minuteMs, startMs } from './fixture.case.ts';
import { weightOfType } from './positive.ts';
import { shownSlates } from './shown.ts';

const config = await loadConfig();
const weights = weightOfType(config.positives);
const items = makeItems(6, 2);
const dayMs = 1440 * minuteMs;

interface Event {
  readonly minute: number;
  readonly item: number;
  readonly type: EventType;
  readonly user?: number;
  readonly slate?: number;
  readonly position?: number;
  readonly propensity?: number;
  readonly value?: number;
  readonly surface?: string;
}

function logOf(given: readonly Event[]): Dataset {
  const rows = [...given].sort((a, b) => a.minute - b.minute);
  const dataset = datasetOf(
    items,
    rows.map(({ minute, user = 0, item, type }) => [startMs + minute * minuteMs, user, item, type] as const),
    3,
  );
  const surfaces = ['home', 'similar'];
  const events = {
    ...dataset.events,
    slate: Int32Array.from(rows, ({ slate = -1 }) => slate),
    position: Int16Array.from(rows, ({ position = -1 }) => position),
    propensity: Float32Array.from(rows, ({ propensity = Number.NaN }) => propensity),
    value: Float64Array.from(rows, ({ value = Number.NaN }) => value),
    surfaces,
    surface: Int32Array.from(rows, ({ surface }) => surfaces.indexOf(surface ?? '')),
  };
  return { ...dataset, events };
}
const shown = (slate: number, minute: number, list: readonly number[], more: Partial<Event> = {}): Event[] =>
  list.map((item, position) => ({ minute, slate, item, position, propensity: 0.1, type: 'impression', ...more }));
const slatesOf = (events: readonly Event[], range: { fromMs?: number; toMs?: number } = {}) =>
  shownSlates(
    logOf(events),
    { fromMs: startMs, toMs: startMs + 30 * dayMs, surface: 'home', ...range },
    weights,
    defaultTraining.attributionSeconds,
  );

describe('slates that were shown', () => {
  test('hold their items in the order of the log with places, propensities, labels and outcomes', () => {
    const [slate] = slatesOf([
      ...shown(4, 0, [3, 1, 2]),
      { minute: 1, slate: 4, item: 1, type: 'click' },
      { minute: 2, item: 1, type: 'dwell', value: 31 },
      { minute: 3, item: 1, type: 'dwell', value: 7 },
      { minute: 3 * 1440, item: 1, type: 'purchase', value: 9 },
    ]);
    expect(slate).toMatchObject({ user: 0, tMs: startMs, slate: 4, targets: [3, 1, 2], positions: [0, 1, 2] });
    expect(slate!.propensities[1]).toBeCloseTo(0.1, 6);
    expect(slate!.weights).toEqual([0, config.positives.purchase, 0]);
    expect(slate!.outcomes.click).toEqual([0, 1, 0]);
    expect(slate!.outcomes.dwell).toEqual([Number.NaN, 31, Number.NaN]);
    expect(slate!.outcomes.conversion).toEqual([0, 1, 0]);
  });

  test('an event after its window, before the impression, of another visitor or another item is no outcome', () => {
    const slates = slatesOf([
      { minute: 0, slate: 4, item: 1, type: 'click' },
      ...shown(4, 1, [1, 2]),
      { minute: 40, slate: 4, item: 1, type: 'click' },
      { minute: 2, slate: 4, item: 2, type: 'click', user: 1 },
      { minute: 2, slate: 4, item: 3, type: 'click' },
      { minute: 2, slate: 9, item: 1, type: 'click' },
    ]);
    expect(slates.map(({ outcomes }) => outcomes.click)).toEqual([[0, 0]]);
  });

  test('what names no slate goes to the newest one that it was clicked on', () => {
    const [first, second] = slatesOf([
      ...shown(1, 0, [1, 2]),
      { minute: 1, slate: 1, item: 1, type: 'click' },
      ...shown(2, 5, [2, 3]),
      { minute: 6, item: 1, type: 'cart' },
      { minute: 6, item: 2, type: 'view' },
      { minute: 6, item: 3, type: 'cart' },
    ]);
    expect(first!.weights).toEqual([config.positives.cart, 0]);
    expect(second!.weights).toEqual([0, 0]);
  });

  test('where no click of the log names a slate, the newest slate with the item has it', () => {
    const [first, second] = slatesOf([...shown(1, 0, [1, 2]), ...shown(2, 5, [2, 3]), { minute: 6, item: 2, type: 'click' }]);
    expect([first!.outcomes.click, second!.outcomes.click]).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  test('what is not over at the end of the range is not known', () => {
    const events = [...shown(1, 0, [1, 2]), { minute: 1, slate: 1, item: 1, type: 'click' } as const];
    const [slate] = slatesOf(events, { toMs: startMs + dayMs });
    expect(slate!.outcomes.conversion).toEqual([Number.NaN, Number.NaN]);
    expect(slatesOf(events, { toMs: startMs + 20 * minuteMs })).toEqual([]);
    expect(slatesOf(events, { fromMs: startMs + 1 })).toEqual([]);
  });

  test('a slate of another surface is not among them; an item shown twice counts once', () => {
    expect(slatesOf(shown(1, 0, [1, 2], { surface: 'similar' }))).toEqual([]);
    expect(slatesOf([...shown(1, 0, [1, 2], { surface: 'home' }), ...shown(1, 2, [1, 2])])[0]!.targets).toEqual([1, 2]);
  });

  test('impressions without a slate give none; places and propensities that cannot be are not known', () => {
    expect(slatesOf([{ minute: 0, item: 1, type: 'impression' }])).toEqual([]);
    for (const propensity of [0, -1, 2, Number.NaN]) {
      const [slate] = slatesOf(shown(1, 0, [1], { propensity, position: -1 }));
      expect([slate!.propensities, slate!.positions]).toEqual([[Number.NaN], [-1]]);
    }
    expect(slatesOf(shown(1, 0, [1], { propensity: 1e-6 }))[0]!.propensities[0]).toBeCloseTo(1e-6, 9);
  });
});
