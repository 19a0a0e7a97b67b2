import { expect, test } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import { createFeatureSet } from '../../shared/feature/create.ts';
import { defineFeatures } from '../../shared/feature/define.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import type { HistoryEvent } from '../../shared/feature/history.ts';
import { keptEvents } from '../../shared/feature/kept.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { createUserState, updateUser } from '../../shared/feature/user.ts';
import { createPastDevice } from './device.ts';

const definitions = defineFeatures({
  clicks: { entity: 'user', aggregate: { kind: 'count' }, events: ['click'], placement: 'device' },
  shown: { entity: 'user', aggregate: { kind: 'count' }, events: ['impression'], placement: 'device' },
  own: { entity: 'userItem', aggregate: { kind: 'count' }, events: ['click'], placement: 'device' },
  hour: { entity: 'context', context: 'hour', placement: 'edge' },
});
const set = openFeatureSet(createFeatureSet({ definitions, light: ['hour'], heavy: ['clicks', 'shown', 'own'] }));
const item = (i: number) => ({ id: `item-${i}` as ItemId, categories: [] });

test('features of a long history are those of what the device still keeps', () => {
  const device = createPastDevice(set);
  const all: HistoryEvent[] = [];
  const candidates = [item(0), item(3)];
  for (let i = 0; i < 2 * limit.historyEvents; i++) {
    const event: HistoryEvent = { type: i % 3 === 0 ? 'impression' : 'click', tMs: 1000 * i, item: item(i % 7) };
    all.push(event);
    device.add(event);
    if (i % 97 !== 0 && i < 2 * limit.historyEvents - 1) continue;
    const fresh = createUserState(set);
    for (const kept of keptEvents(all)) updateUser(set, fresh, kept);
    const nowMs = event.tMs + 1;
    expect(deviceValues(set, device.state(), candidates, nowMs)).toEqual(deviceValues(set, fresh, candidates, nowMs));
  }
  const [clicks, shown] = deviceValues(set, device.state(), candidates, 1e9);
  expect(shown).toBe(limit.historyEvents / 4);
  expect((clicks as number) + (shown as number)).toBe(limit.historyEvents);
});
