import { expect, test } from 'vitest';
import { similarTable } from '../../shared/retrieval/similar.ts';
import { withColdItems } from './cold-neighbours.ts';
import { contentLists, contentModel } from './content.ts';
import { contextOf, dayMs, logOf, twoTastes, twoTastesItems } from './fixture.case.ts';
import { shapeOf } from './shape.ts';
import { transitionModel } from './transitions.ts';

const log = twoTastes();
const alike = contentLists(twoTastesItems(), contentModel.defaults(shapeOf(log)));
const learnt = (await transitionModel.fit(log, transitionModel.defaults(shapeOf(log)), contextOf(log))).artifact.neighbours!;
const rowsOf = (table: typeof learnt) =>
  Array.from({ length: table.n }, (_, i) => {
    const [start, end] = [table.offsets[i]!, table.offsets[i + 1]!];
    return { ordinals: [...table.ordinals.subarray(start, end)], scores: [...table.scores.subarray(start, end)] };
  });

test('an item that nobody met has neighbours of its own kind, and is one, behind what is learnt', () => {
  const before = rowsOf(learnt);
  const after = rowsOf(withColdItems(learnt, log, alike, 100));
  expect(before[40]!.ordinals).toEqual([]);
  expect(after[40]!.ordinals).toHaveLength(20);
  for (const item of after[40]!.ordinals) expect(item >= 20 && item < 40).toBe(true);
  const holders = [...after.keys()].filter((i) => after[i]!.ordinals.includes(40));
  expect(holders).toEqual(Array.from({ length: 20 }, (_, i) => 20 + i));
  for (const [i, { ordinals, scores }] of after.entries()) {
    expect(ordinals.slice(0, before[i]!.ordinals.length)).toEqual(before[i]!.ordinals);
    expect(new Set([i, ...ordinals]).size).toBe(ordinals.length + 1);
    for (let e = 1; e < scores.length; e++) expect(scores[e]!).toBeLessThanOrEqual(scores[e - 1]!);
    expect(scores.every((score) => score > 0 && Number.isFinite(score))).toBe(true);
  }
});

test('a full list gives up its last tenth at most', () => {
  const most = 10;
  const cold = 30;
  const items = Array.from({ length: most + 1 + 2 * cold }, (_, i) => ({
    ...twoTastesItems()[i <= most + cold ? 30 : 3]!,
    id: `${i}` as never,
  }));
  // The same ten of a full list, each of them met often; the others are new and alike.
  const warm = logOf(
    Array.from({ length: 10 * (most + 1) }, (_, e) => [e % 7, e % (most + 1)] as const),
    7,
    items.length,
  );
  const full = similarTable(items.length, (i) => {
    const others = i > most ? [] : Array.from({ length: most + 1 }, (_, j) => j).filter((j) => j !== i);
    return { ordinals: Uint32Array.from(others), scores: Float32Array.from(others, (_, k) => 10 - k) };
  });
  const rows = rowsOf(withColdItems(full, warm, contentLists(items, { attributeWeight: 1, served: 20 }), most));
  for (const [i, { ordinals }] of rows.entries()) {
    expect(ordinals).toHaveLength(most);
    if (i <= most) expect(ordinals.filter((item) => item > most).length).toBeLessThanOrEqual(1);
  }
});

test('without anything learnt or alike there is nothing to say, and nothing that is not finite', () => {
  const none = similarTable(3, () => ({ ordinals: new Uint32Array(0), scores: new Float32Array(0) }));
  const empty = logOf([], 1, 3);
  const plain = Array.from({ length: 3 }, (_, i) => ({ id: `${i}` as never, title: '', categories: [] }));
  expect(withColdItems(none, empty, contentLists(plain, { attributeWeight: 1, served: 20 }), 5).ordinals).toHaveLength(0);
  const chairs = twoTastesItems()
    .slice(20, 23)
    .map((item, i) => ({ ...item, title: i < 2 ? 'red chair' : 'blue lamp' }));
  const made = withColdItems(
    none,
    { ...empty, tMs: Float64Array.of(), n: 0 * dayMs },
    contentLists(chairs, { attributeWeight: 1, served: 20 }),
    5,
  );
  expect(rowsOf(made)[0]!.ordinals).toContain(1);
  expect(made.scores.every(Number.isFinite)).toBe(true);
});
