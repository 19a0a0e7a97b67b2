import { expect, test } from 'vitest';
import type { FeatureDefinition } from './definition.ts';
import { definitionHashes } from './definition-hash.ts';

const clicks: FeatureDefinition = {
  name: 'clicks',
  entity: 'item',
  aggregate: { kind: 'count' },
  events: ['click'],
  placement: 'catalog',
};
const age: FeatureDefinition = { name: 'age', entity: 'item', age: true, placement: 'edge' };
const speed: FeatureDefinition = { name: 'speed', entity: 'cross', cross: 'ratio', of: ['clicks', 'age'], placement: 'edge' };

test('a feature keeps its digest in another set, and a change of it, or of what a cross is made of, is another', () => {
  const before = definitionHashes([clicks, age, speed]);
  expect(definitionHashes([age, clicks])).toEqual(new Map([...before].filter(([name]) => name !== 'speed')));
  const after = definitionHashes([{ ...clicks, events: ['click', 'view'] } as FeatureDefinition, age, speed]);
  expect(after.get('clicks')).not.toBe(before.get('clicks'));
  expect(after.get('age')).toBe(before.get('age'));
  expect(after.get('speed')).not.toBe(before.get('speed'));
});
