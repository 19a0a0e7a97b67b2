import { expect, test } from 'vitest';
import type { ItemId } from '../contract/id.ts';
import { assemble } from './assemble.ts';
import { createFeatureSet } from './create.ts';
import type { FeatureDefinition } from './definition.ts';
import { deviceValues } from './device.ts';
import { pickServed, servedValues } from './served.ts';
import { openFeatureSet } from './set.ts';
import { createUserState, updateUser } from './user.ts';
import type { ServedValues } from './values.ts';

const definitions: readonly FeatureDefinition[] = [
  { name: 'hour', entity: 'context', context: 'hour', placement: 'edge' },
  { name: 'canary', entity: 'user', aggregate: { kind: 'count' }, events: ['click'], placement: 'device' },
];
const set = openFeatureSet(createFeatureSet({ definitions, light: ['hour'], heavy: ['hour', 'canary'] }));
const state = createUserState(set);
const item = { id: 'a' as ItemId, categories: [] };
updateUser(set, state, { type: 'click', tMs: 0, item });

const own = deviceValues(set, state, [item], 0);
const served = servedValues(set, {
  n: 1,
  ordinals: [0],
  catalog: { columns: [], n: 1, values: new Float32Array(0) },
  items: [{}],
  sourceScores: {},
  nowMs: 0,
  timeZoneMinutes: 0,
  device: 'other',
});

// The compiler is the test: `tsc -b` fails when one of these lines is accepted.
test('a device value does not typecheck where a pack or a log is written', () => {
  // @ts-expect-error device values are not served values, and a pack picks from those
  expect(pickServed(set, own, [0])).toHaveLength(1);
  // @ts-expect-error nor is a model input that contains some
  expect(pickServed(set, assemble(set, 'heavy', 1, served, own), [0])).toHaveLength(1);
  // @ts-expect-error device values cannot pose as the served half of a model input
  expect(() => assemble(set, 'light', 2, own)).toThrow(RangeError);
  // @ts-expect-error what was assigned cannot become served later
  const posing: ServedValues = own;
  expect(posing).toBe(own);
});

test('served values do', () => {
  expect([...pickServed(set, served, [0, 0])]).toEqual([0, 0]);
  expect([...assemble(set, 'light', 1, served)]).toEqual([0]);
  expect([...assemble(set, 'light', 1, Float32Array.of(7))]).toEqual([7]);
});

test('a set with a canary device feature serves nothing of it', () => {
  expect(set.served).toEqual(['hour']);
  expect([...served]).toEqual([0]);
  expect([...assemble(set, 'heavy', 1, served, own)]).toEqual([0, 1]);
});
