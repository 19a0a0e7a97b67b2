import { describe, expect, test } from 'vitest';
import { contentModel } from './content.ts';
import { contextOf, historyOf, scoresOf, twoTastes, twoTastesItems } from './fixture.case.ts';
import { modelCases } from './model.case.ts';
import { shapeOf } from './shape.ts';

modelCases(contentModel, {
  personal: 'history',
  badSettings: [{ last: 0 }, { attributeWeight: -1 }, { attributeWeight: Number.NaN }, { served: 0 }],
});

describe('content', () => {
  const log = twoTastes();
  const fit = () => contentModel.fit(log, contentModel.defaults(shapeOf(log)), contextOf(log, { items: twoTastesItems() }));

  test('an item that nobody met has scores and neighbours of its kind', async () => {
    const fitted = await fit();
    const [chairs, hats] = [[25], [3]].map((items) => scoresOf(fitted, [historyOf(items)], 41));
    expect(chairs![40]).toBeGreaterThan(0);
    expect(hats![40]).toBe(Number.NEGATIVE_INFINITY);
    const { offsets, ordinals } = fitted.artifact.neighbours!;
    const own = ordinals.subarray(offsets[40], offsets[41]);
    expect(own.length).toBeGreaterThan(0);
    expect(own.every((item) => item >= 20)).toBe(true);
  });

  test('is a cosine: items with the same terms have 1', async () => {
    expect(scoresOf(await fit(), [historyOf([3])], 41)[4]).toBeCloseTo(1, 5);
  });

  test('has nothing to say where items have no attributes', () => {
    expect(contentModel.refusal(shapeOf(log), {})).toMatch(/attributes/);
  });
});
