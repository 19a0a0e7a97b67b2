import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fragmentOf, itemPath, parseFlags, parseRoute } from './route.ts';

test('an item id survives its path, whatever characters it has', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }), (item) => {
      expect(parseRoute(itemPath(item))).toEqual({ view: 'item', item });
    }),
  );
});

test('any path is some page, and nothing throws', () => {
  fc.assert(fc.property(fc.string(), (path) => ['home', 'item', 'missing'].includes(parseRoute(`/${path}`).view)));
  expect(parseRoute('/')).toEqual({ view: 'home' });
  expect(parseRoute('/item/318/')).toEqual({ view: 'item', item: '318' });
  expect(parseRoute('/item/')).toEqual({ view: 'missing' });
  expect(parseRoute('/item/%E0%A4%A')).toEqual({ view: 'missing' });
  expect(parseRoute('/item/a/b')).toEqual({ view: 'missing' });
});

test('flags go through the fragment and back', () => {
  for (const inspect of [true, false])
    for (const secret of [true, false])
      expect(parseFlags(fragmentOf({ inspect, private: secret }))).toEqual({ inspect, private: secret });
  expect(fragmentOf({ inspect: false, private: false })).toBe('');
  expect(parseFlags('#inspection&privateer')).toEqual({ inspect: false, private: false });
});
