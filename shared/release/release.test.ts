import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../contract/canonical.ts';
import type { ItemId } from '../contract/id.ts';
import type { Item } from '../contract/item.ts';
import { type FileRole, fileRoles, type Manifest, type ReleaseFile } from '../contract/release.ts';
import { sha256Hex } from '../contract/sha256.ts';
import { type SourceName, type Surface, sourceNames } from '../contract/surface.ts';
import { utf8Encode } from '../contract/utf8.ts';
import { encodeCatalog } from '../feature/catalog.ts';
import { createFeatureSet } from '../feature/create.ts';
import type { FeatureDefinition } from '../feature/definition.ts';
import { plainScanKernel } from '../kernel/kernel.ts';
import { encodePopular, popularTable } from '../retrieval/popular.ts';
import { encodeSimilar, similarTable } from '../retrieval/similar.ts';
import { encodeVectors, quantise } from '../vector/table.ts';
import { descending, lightRank, retrieveCandidates } from './cascade.ts';
import { checkManifest } from './manifest.ts';
import { openRelease, releaseIndex } from './open.ts';
import { retrieveSource } from './source.ts';

/** Twelve items on a circle of two categories: neighbours on the circle are similar, item 0 is the most popular and the oldest. */
const n = 12;
const dayMs = 86_400_000;
const items: readonly Item[] = Array.from({ length: n }, (_, i) => ({
  id: `é-${i}` as ItemId,
  title: `Item ${i}`,
  categories: [i < 6 ? 'first' : 'second'],
  price: 10 + i,
  publishedAtMs: i * dayMs,
}));
const popularity = Float32Array.from(items, (_, i) => n - i);
const definitions: readonly FeatureDefinition[] = [
  { name: 'price', entity: 'item', attribute: 'price', placement: 'catalog' },
  { name: 'similarScore', entity: 'candidate', source: 'similar', placement: 'edge' },
];
const features = createFeatureSet({ definitions, light: ['similarScore', 'price'], heavy: ['price'] });
const circle = Float32Array.from({ length: 2 * n }, (_, i) => {
  const angle = (2 * Math.PI * (i >> 1)) / n;
  return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
});
const similarity = similarTable(n, (i) => ({
  ordinals: Uint32Array.of((i + 1) % n, (i + n - 1) % n),
  scores: Float32Array.of(0.9, 0.8),
}));
const golden = { version: 1, light: { rows: 0, features: '', scores: [] }, heavy: { rows: 0, features: '', scores: [] } };
const json = (value: unknown) => utf8Encode(JSON.stringify(value));

const contents: Record<Exclude<FileRole, 'lists' | 'private' | 'encoder' | 'calibration'>, Uint8Array> = {
  items: json(items),
  features: json(features),
  catalog: encodeCatalog({ columns: ['price'], n, values: Float32Array.from(items, ({ price = 0 }) => price) }),
  popular: encodePopular(popularTable(items, popularity)),
  similar: encodeSimilar(similarity),
  vectors: encodeVectors(quantise(circle, n, 2)),
  light: Uint8Array.of(1, 2, 3),
  heavy: Uint8Array.of(4, 5),
  golden: json(golden),
};
const surface = (name: string, ...sources: SourceName[]): Surface => ({
  name,
  sources: sources.map((source) => ({ source, limit: 6, weight: 1 })),
  rules: { excludeSeen: true, categoryShare: 1 },
  rerank: true,
});
const home = surface('home', ...sourceNames);
const digest = sha256Hex(utf8Encode(canonicalJson(definitions)));

/** Manifest and reader of these contents. */
function released(changed: Partial<Record<FileRole, Uint8Array>> = {}, fields: Partial<Manifest> = {}) {
  const bytes: Partial<Record<FileRole, Uint8Array>> = { ...contents, ...changed };
  const manifest = checkManifest({
    format: 'vitrine-release',
    version: 1,
    files: fileRoles.flatMap((role) => {
      const own = bytes[role];
      return own ? [{ role, name: `${role}.bin`, sha256: sha256Hex(own), bytes: own.length }] : [];
    }),
    items: n,
    vector: { dim: 2 },
    featureHash: features.hash,
    data: { sha256: digest, events: 1, fromMs: 0, throughMs: 1, fittedThroughMs: 1 },
    configSha256: digest,
    seed: 1,
    surfaces: [home],
    engine: 'kernel',
    metrics: {},
    ...fields,
  });
  const asked: FileRole[] = [];
  const read = async ({ role }: ReleaseFile) => {
    asked.push(role);
    return bytes[role] as Uint8Array;
  };
  return { manifest, read, asked };
}
const open = async (...of: Parameters<typeof released>) => {
  const { manifest, read } = released(...of);
  return openRelease(manifest, read);
};

describe('opening', () => {
  test('gives every part, and reads the heavy model only when asked', async () => {
    const { manifest, read, asked } = released();
    const release = await openRelease(manifest, read);
    expect(release.items).toEqual(items);
    expect(release.ordinalOf('é-7' as ItemId)).toBe(7);
    expect(release.ordinalOf('é-99' as ItemId)).toBeUndefined();
    expect(release.lightModel).toEqual(contents.light);
    expect(release.golden).toEqual(golden);
    expect(release.heavyModel).toBeUndefined();
    expect(asked).not.toContain('heavy');
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    expect((await openRelease(manifest, read, { heavy: true, text: decode })).heavyModel).toEqual(contents.heavy);
  });

  test('takes what scores mean where there is such a file, and refuses one that is none', async () => {
    const platt = { kind: 'platt', slope: 1, intercept: -2 };
    const calibration = { version: 1, light: platt, heavy: platt, examination: [1, 0.5] };
    expect((await open()).calibration).toBeUndefined();
    expect((await open({ calibration: json(calibration) })).calibration).toEqual(calibration);
    await expect(open({ calibration: json({ ...calibration, examination: [] }) })).rejects.toThrow(/calibration: examination/);
  });

  const twice = json([...items.slice(0, n - 1), items[0]]);
  const small = quantise(circle.subarray(2), n - 1, 2);
  const flat = quantise(circle, 2 * n, 1);
  test.each<[string, Parameters<typeof released>, RegExp]>([
    ['too few items', [{ items: json(items.slice(1)) }], /number of items is 11, the manifest says 12/],
    ['an item twice', [{ items: twice }], /item id occurs twice/],
    ['vectors of other items', [{ vectors: encodeVectors(small) }], /number of items of the vectors table is 11/],
    ['vectors of another dimension', [{ vectors: encodeVectors({ ...flat, n: 2 * n }) }, { items: n }], /vectors table is 24/],
    ['another dimension in the manifest', [{}, { vector: { dim: 3 } }], /dimension of the vectors is 2, the manifest says 3/],
    [
      'features of another set',
      [{}, { featureHash: digest }],
      new RegExp(`feature hash is ${features.hash}, the manifest says ${digest}`),
    ],
    [
      'a catalogue without a column',
      [{ catalog: encodeCatalog({ columns: [], n, values: new Float32Array(0) }) }],
      /no column price/,
    ],
    ['a table of another kind', [{ similar: contents.popular }], /expected a similar table, found popular/],
    ['JSON that is none', [{ golden: Uint8Array.of(123) }], /JSON/],
    ['text that is none', [{ items: Uint8Array.of(255) }], /not UTF-8/],
  ])('refuses %s', async (_, of, message) => {
    await expect(open(...of)).rejects.toThrow(message);
  });

  test('refuses a file of another length, and passes on what the reader throws', async () => {
    const { manifest, read } = released();
    const short = async (file: ReleaseFile) => (await read(file)).subarray(1);
    await expect(openRelease(manifest, short)).rejects.toThrow(/the length of \w+.bin in bytes is \d+, the manifest says/);
    const failing = () => Promise.reject(new Error('no such object'));
    await expect(openRelease(manifest, failing)).rejects.toThrow('no such object');
  });
});

const nowMs = 20 * dayMs;

describe('sources', () => {
  test.each<[SourceName, { item?: number; seeds?: number[]; nowMs?: number }, number[]]>([
    ['popular', {}, [0, 1, 2]],
    ['category', {}, [0, 6, 1]],
    ['category', { item: 8 }, [6, 7, 8]],
    ['recent', {}, [11, 10, 9]],
    ['recent', { nowMs: 5 * dayMs }, [5, 4, 3]],
    ['similar', {}, []],
    ['similar', { seeds: [3, 8] }, [4, 2, 9]],
    ['similar', { item: 3, seeds: [8] }, [4, 2]],
    ['nearest', {}, []],
    ['trending', { seeds: [3] }, []],
  ])('%s of %j', async (source, context, expected) => {
    const found = retrieveSource(await open(), releaseIndex(plainScanKernel, await open()), source, {
      nowMs,
      seeds: [],
      limit: 3,
      ...context,
    });
    expect([...found.ordinals]).toEqual(expected);
  });

  test('nearest is on the circle beside the seeds', async () => {
    const found = retrieveSource(await open(), releaseIndex(plainScanKernel, await open()), 'nearest', {
      nowMs,
      seeds: [3],
      limit: 2,
    });
    expect(new Set(found.ordinals)).toEqual(new Set([2, 4]));
  });
});

const context = { nowMs, timeZoneMinutes: 0, device: 'other' } as const;

describe('cascade', () => {
  test('retrieval without a visitor still fills a broad list; lists from outside join it', async () => {
    const release = await open();
    const cold = retrieveCandidates(release, releaseIndex(plainScanKernel, release), home, { nowMs, seeds: [] });
    expect(new Set([...cold.ordinals].map((ordinal) => items[ordinal]?.categories[0]))).toEqual(new Set(['first', 'second']));
    expect(cold.sourceScores.trending?.every(Number.isNaN)).toBe(true);
    const trending = { ordinals: Uint32Array.of(9), scores: Float32Array.of(5) };
    const joined = retrieveCandidates(release, releaseIndex(plainScanKernel, release), home, {
      nowMs,
      seeds: [],
      lists: { trending },
    });
    expect(joined.sourceScores.trending?.[joined.ordinals.indexOf(9)]).toBe(5);
    expect(
      retrieveCandidates(release, releaseIndex(plainScanKernel, release), home, { nowMs, seeds: [], limit: 4 }).ordinals,
    ).toHaveLength(4);
  });

  test('the light ranker sees its columns in its order, and its scores decide', async () => {
    const release = await open();
    const candidates = retrieveCandidates(
      release,
      releaseIndex(plainScanKernel, release),
      surface('similar', 'similar', 'popular'),
      { nowMs, seeds: [], item: 5 },
    );
    let seen: Float32Array | undefined;
    const engine = {
      run(input: Float32Array, rows: number) {
        seen = input.slice();
        // By price, the second column.
        return Float32Array.from({ length: rows }, (_, i) => input[2 * i + 1] as number);
      },
    };
    const ranked = lightRank(release, engine, candidates, context);
    const rowOf = (ordinal: number) =>
      Array.from(seen ?? [])
        .slice(2 * candidates.ordinals.indexOf(ordinal))
        .slice(0, 2);
    expect(rowOf(6)).toEqual([Math.fround(0.9), 16]);
    expect(rowOf(0)).toEqual([Number.NaN, 10]);
    const prices = [...ranked.order].map((i) => items[candidates.ordinals[i] as number]?.price);
    expect(prices).toEqual([...prices].sort((a = 0, b = 0) => b - a));
    expect(ranked.served).toHaveLength(candidates.ordinals.length * release.features.served.length);
  });

  test('equal scores keep the blended order, and what has no score comes last', () => {
    expect([...descending(Float32Array.of(1, Number.NaN, 2, 1, Number.NaN, -3e38))]).toEqual([2, 0, 3, 5, 1, 4]);
    expect(descending(new Float32Array(0))).toHaveLength(0);
  });

  test('no candidates: no ranking, and the engine is not asked', async () => {
    const release = await open();
    const candidates = retrieveCandidates(release, releaseIndex(plainScanKernel, release), surface('similar', 'similar'), {
      nowMs,
      seeds: [],
    });
    const never = {
      run(): Float32Array {
        throw new Error('asked');
      },
    };
    expect(lightRank(release, never, candidates, context)).toMatchObject({
      order: new Uint32Array(0),
      scores: new Float32Array(0),
    });
  });
});
