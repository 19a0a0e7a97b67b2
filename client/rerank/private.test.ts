import { beforeAll, expect, it } from 'vitest';
import type { ItemId, Ordinal } from '../../shared/contract/id.ts';
import { displayItem, type Pack } from '../../shared/contract/pack.ts';
import { sha256Hex } from '../../shared/contract/sha256.ts';
import type { Surface, SurfaceSource } from '../../shared/contract/surface.ts';
import type { HistoryItem } from '../../shared/feature/history.ts';
import { plainScanKernel } from '../../shared/kernel/scan-plain.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import { retrieveCandidates, servedOf } from '../../shared/release/cascade.ts';
import { type OpenRelease, openRelease, releaseIndex } from '../../shared/release/open.ts';
import { rowOf } from '../../shared/vector/table.ts';
import { syntheticRelease } from '../../trainer/bench/recommend/release.ts';
import { bytesOf, type ReleaseFiles } from '../../trainer/release/artifact.ts';
import { floats } from './base64.ts';
import { findNear } from './private.ts';

let release: ReleaseFiles;
let open: OpenRelease;
beforeAll(async () => {
  release = await syntheticRelease({ items: 600, dim: 8, neighbours: 3, seed: 1, private: true });
  open = await openRelease(release.manifest, async ({ role }) => bytesOf(release.files, role));
});

const popular: SurfaceSource = { source: 'popular', limit: 20, weight: 1 };
const surfaceOf = (...sources: SurfaceSource[]): Surface => ({
  name: 'home',
  sources,
  rules: { excludeSeen: true, categoryShare: 1 },
  rerank: true,
});
const nowMs = 1_760_000_000_000;
const visit = { nowMs, device: 'other', timeZoneMinutes: 0, surface: 'home' } as const;

/** What the edge would say of candidates of these sources. */
function edge(sources: readonly SurfaceSource[], seeds: readonly Ordinal[]) {
  const index = releaseIndex(plainScanKernel, open);
  const candidates = retrieveCandidates(open, index, surfaceOf(...sources), { nowMs, seeds, limit: 600 });
  return { ordinals: [...candidates.ordinals], served: servedOf(open, candidates, { ...visit, seeds }) };
}

function packOf({ ordinals, served }: ReturnType<typeof edge>): Pack {
  const { dim } = open.vectors;
  const raw = ({ buffer }: { readonly buffer: ArrayBufferLike }) => toBase64(new Uint8Array(buffer));
  const data = new Int8Array(ordinals.length * dim);
  for (const [i, ordinal] of ordinals.entries())
    data.set(open.vectors.data.subarray(ordinal * dim, (ordinal + 1) * dim), i * dim);
  const scales = Float32Array.from(ordinals, (ordinal) => open.vectors.scales[ordinal] as number);
  const index = bytesOf(release.files, 'private');
  const columns = ordinals.map(() => 1);
  return {
    release: 'r',
    surface: 'home',
    items: ordinals.map((ordinal) => displayItem(open.items[ordinal] as OpenRelease['items'][number])),
    scores: columns,
    sources: columns,
    propensities: columns,
    served: raw(served),
    vectors: { dim, data: raw(data), scales: raw(scales) },
    private: { index: { sha256: sha256Hex(index), bytes: index.length }, limit: 40 },
  } as unknown as Pack;
}

it('gives what it finds the very values that the edge would serve, and what the edge sent those of the visitor', async () => {
  const seeds = [3, 10, 40];
  const pack = packOf(edge([popular], []));
  const index = bytesOf(release.files, 'private');
  const files = new Map<string, Uint8Array<ArrayBuffer>>([[sha256Hex(index), index], ...(release.lists ?? [])]);
  const interest = seeds.map(
    (ordinal): HistoryItem => ({ ...(open.items[ordinal] as HistoryItem), vector: rowOf(open.vectors, ordinal), space: 'r' }),
  );
  const artifacts = { get: async ({ sha256 }: { readonly sha256: string }) => files.get(sha256) as Uint8Array<ArrayBuffer> };
  const more = await findNear({ pack, set: open.features, interest, artifacts, base: '', nowMs });

  const whole = edge([popular, { source: 'nearest', limit: 600, weight: 1 }], seeds);
  const width = open.features.served.length;
  const served = floats(more.served ?? '');
  const items = more.items ?? [];
  // Some of the 40 nearest are popular too, and in the pack already.
  expect(items.length).toBeGreaterThan(50);
  expect(items.slice(0, 20)).toEqual(pack.items);
  const nearest = open.features.definitionOf.edge.find((feature) => 'source' in feature && feature.source === 'nearest');
  const nearness = open.features.served.indexOf(nearest?.name ?? '');
  for (const [i, { id }] of items.entries()) {
    const row = whole.ordinals.indexOf(open.ordinalOf(id as ItemId) ?? -1);
    for (const [column, name] of open.features.served.entries()) {
      const [found, expected] = [served[i * width + column] as number, whole.served[row * width + column] as number];
      // Of the edge's own items the nearest are told apart only where the lists that were looked into hold them; popularity is not asked for here.
      if (column === nearness && i < 20 && Number.isNaN(found)) continue;
      const source = open.features.definitionOf.edge.find((feature) => feature.name === name);
      if (source && 'source' in source && source.source !== 'nearest') continue;
      expect([name, id, found]).toEqual([name, id, Number.isNaN(expected) ? Number.NaN : expect.closeTo(expected, 4)]);
    }
  }
});
