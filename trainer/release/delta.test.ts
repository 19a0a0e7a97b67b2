import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import { plainScanKernel } from '../../shared/kernel/kernel.ts';
import { applyDelta } from '../../shared/release/apply-delta.ts';
import { decodeReleaseDelta } from '../../shared/release/delta.ts';
import { type OpenRelease, openRelease, releaseIndex } from '../../shared/release/open.ts';
import { retrieveSource } from '../../shared/release/source.ts';
import { withDelta } from '../../shared/vector/delta.ts';
import { rowOf } from '../../shared/vector/table.ts';
import { syntheticRelease } from '../bench/recommend/release.ts';
import type { ReadFactors } from '../factors/read.ts';
import { bytesOf } from './artifact.ts';
import { type DeltaOptions, makeDelta } from './delta.ts';

let open: OpenRelease;
beforeAll(async () => {
  const { manifest, files } = await syntheticRelease({ items: 60, dim: 8, neighbours: 5, seed: 1 });
  open = await openRelease(manifest, async ({ role }) => bytesOf(files, role));
});

const options: DeltaOptions = { partial: true, gone: [], mostGone: 0.5 };
const item = (id: string, more: Partial<Item> = {}): Item => ({
  id: id as ItemId,
  title: id,
  categories: ['Category 3'],
  ...more,
});
const made = async (catalogue: readonly Item[], more: Partial<DeltaOptions> = {}) => {
  const { bytes, ...counts } = await makeDelta(open, catalogue, { ...options, ...more });
  const delta = bytes && decodeReleaseDelta(bytes);
  return { counts, delta, changed: delta ? applyDelta(open, delta) : open };
};
const given = (values: readonly number[]) => async (): Promise<ReadFactors> => ({
  items: 1,
  rank: values.length,
  values: Float32Array.from(values),
  known: 1,
  unknown: 0,
  missing: 0,
  zero: 0,
});

describe('a delta', () => {
  test('puts a new item between those that are like it, where `nearest` and `similar` find it', async () => {
    const twin = { ...(open.items[7] as Item), id: 'twin' as ItemId };
    const { counts, delta, changed } = await made([twin]);
    expect(counts).toEqual({ added: 1, changed: 0, removed: 0, given: 0, unplaced: 0 });
    const ordinal = changed.ordinalOf('twin' as ItemId) as number;
    expect(ordinal).toBe(60);
    const index = withDelta(releaseIndex(plainScanKernel, open), delta?.index as never, plainScanKernel);
    const found = (source: 'nearest' | 'similar', seed: number, limit: number) => [
      ...retrieveSource(changed, index, source, { nowMs: 0, seeds: [seed], limit }).ordinals,
    ];
    expect(found('similar', ordinal, 3)[0]).toBe(7);
    // By what retrieval says itself: the items that the mean of the neighbours is nearest to have it near.
    const [nearest = -1] = found('nearest', ordinal, 1);
    expect(found('nearest', nearest, 59)).toContain(ordinal);
    expect(Math.hypot(...rowOf(changed.vectors, ordinal))).toBeCloseTo(1, 1);
  });

  test('of the whole catalogue takes away what is not there, and nothing twice', async () => {
    const rest = open.items.filter((_, ordinal) => ordinal % 3 > 0).map((one, i) => (i === 4 ? { ...one, price: 1 } : one));
    const { counts, delta, changed } = await made([...rest, item('a')], { partial: false });
    expect(counts).toMatchObject({ added: 1, changed: 1, removed: 20 });
    for (const [ordinal, { id }] of open.items.entries())
      expect(changed.ordinalOf(id)).toBe(ordinal % 3 > 0 ? ordinal : undefined);
    const gone = new Set(delta?.index.removed);
    for (const { ordinals } of [changed.popular, changed.similar, changed.recent])
      expect([...ordinals].filter((ordinal) => gone.has(ordinal))).toEqual([]);
    const same = await makeDelta(open, open.items, { ...options, partial: false });
    expect(same).toEqual({ added: 0, changed: 0, removed: 0, given: 0, unplaced: 0 });
  });

  test('takes vectors that were made elsewhere, of the length that the release has', async () => {
    const { counts, changed } = await made([item('a')], { vectorsOf: given([0, 3, 0, 0, 0, 0, 0, 4]) });
    expect(counts).toMatchObject({ given: 1, unplaced: 0 });
    expect([...rowOf(changed.vectors, 60)].map((x) => Math.round(10 * x))).toEqual([0, 6, 0, 0, 0, 0, 0, 8]);
    await expect(made([item('a')], { vectorsOf: given([1, 2]) })).rejects.toThrow(/2 values, those of the release 8/);
  });

  test('says which new items are like no other, and keeps what a changed one learnt', async () => {
    const stranger = item('x', { title: 'qqq', categories: ['zzz'] });
    const [first] = open.items as [Item];
    const { counts, changed } = await made([stranger, { ...first, categories: ['Elsewhere'], price: 5 }]);
    expect(counts).toMatchObject({ added: 1, changed: 1, unplaced: 1 });
    expect(rowOf(changed.vectors, 0)).toEqual(rowOf(open.vectors, 0));
    expect(
      retrieveSource(changed, releaseIndex(plainScanKernel, open), 'category', { nowMs: 0, item: 0, seeds: [], limit: 9 }),
    ).toEqual({ ordinals: Uint32Array.of(0), scores: Float32Array.of(1) });
  });

  test('is refused where it would be a mistake', async () => {
    await expect(made([item('a')], { partial: false })).rejects.toMatchObject({
      code: 'gate',
      hint: expect.stringMatching(/--partial/),
    });
    await expect(made([item('a'), item('a')])).rejects.toThrow(/item a twice/);
    await expect(made([], { gone: ['nobody'] })).rejects.toThrow(/--gone nobody/);
    const { delta } = await made([item('a')], { gone: ['item-3'] });
    expect(delta?.index.removed).toEqual(Uint32Array.of(3));
    const other = { ...open, manifest: { ...open.manifest, seed: 99 } };
    expect(() => applyDelta(other, delta as never)).toThrow(/made for the release/);
  });

  test('that is damaged is refused or read, never half', async () => {
    const { bytes } = await makeDelta(open, [item('a'), item('b')], { ...options, gone: ['item-3'] });
    const whole = bytes as Uint8Array<ArrayBuffer>;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = whole.slice();
        damaged[at] = (damaged[at] as number) ^ change;
        try {
          applyDelta(open, decodeReleaseDelta(damaged));
        } catch (error) {
          expect((error as Error).name).toMatch(/^(TableRefused|ReleaseRefused|RangeError)$/);
        }
      }),
    );
  });
});
