import type { ItemId, Sha256 } from '../../../shared/contract/id.ts';
import type { Item } from '../../../shared/contract/item.ts';
import { sha256Text } from '../../../shared/contract/sha256.ts';
import type { Surface } from '../../../shared/contract/surface.ts';
import type { FeatureSetDocument } from '../../../shared/feature/definition.ts';
import { openFeatureSet } from '../../../shared/feature/set.ts';
import { plainRankKernel, plainScanKernel } from '../../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../../shared/model/engine.ts';
import { popularTable } from '../../../shared/retrieval/popular.ts';
import { similarTable } from '../../../shared/retrieval/similar.ts';
import { quantise } from '../../../shared/vector/table.ts';
import { loadConfig } from '../../config.ts';
import { denseRanker } from '../../fit/dense-ranker.ts';
import type { FittedRanker } from '../../fit/ranker.ts';
import type { Dataset } from '../../log/dataset.ts';
import { createRandom, type Random } from '../../random.ts';
import { type Artifacts, encodeArtifacts, type ReleaseFiles, sealManifest } from '../../release/artifact.ts';

export interface SyntheticSize {
  readonly items: number;
  readonly dim: number;
  readonly neighbours: number;
  readonly seed: number;
  /** The first surface retrieves on the device. */
  readonly private?: boolean;
}

const categories = Array.from({ length: 20 }, (_, i) => `Category ${i}`);
const releasedMs = 1_750_000_000_000;
const dayMs = 86_400_000;

/**
 * A release of the demo's configuration in everything but learning: weights, vectors and neighbours are drawn, sizes and formats are real.
 * For measuring the Worker, never for showing anyone.
 */
export async function syntheticRelease(size: SyntheticSize): Promise<ReleaseFiles> {
  const { items: n, dim, neighbours, seed } = size;
  const loaded = await loadConfig();
  const config = size.private ? { ...loaded, surfaces: loaded.surfaces.map(onDevice) } : loaded;
  const random = createRandom(seed, 'bench');
  const items = Array.from({ length: n }, (_, i): Item => {
    const first = random.below(categories.length);
    return {
      id: `item-${i}` as ItemId,
      title: `A title of ordinary length, number ${i}`,
      categories: [categories[first] as string, categories[(first + 1 + random.below(5)) % categories.length] as string],
      price: Math.round(random.uniform() * 10_000) / 100,
      publishedAtMs: releasedMs - Math.floor(random.uniform() * 1000) * dayMs,
    };
  });
  const popularity = Float32Array.from({ length: n }, () => 1000 / (1 + random.uniform() * n));
  const artifacts: Artifacts = {
    generators: {
      fittedThroughMs: releasedMs,
      similar: similarTable(n, () => {
        const ordinals = [...new Set(Array.from({ length: neighbours }, () => random.below(n)))];
        return { ordinals: Uint32Array.from(ordinals), scores: Float32Array.from(ordinals, (_, rank) => 1 / (rank + 2)) };
      }),
      vectors: quantise(
        Float32Array.from({ length: n * dim }, () => random.normal()),
        n,
        dim,
      ),
    },
    catalog: catalogOf(config.featureSet, n, random),
    popular: popularTable(items, popularity),
    light: rankerOf(config.featureSet.light.length, random),
    heavy: rankerOf(config.featureSet.heavy.length, random),
  };
  const info = { version: 1, name: 'bench', items: n, events: 0, rejected: 0, fromMs: 0, throughMs: releasedMs } as const;
  const dataset = { info: { ...info, sha256: sha256Text(JSON.stringify(size)) as Sha256 }, items } as unknown as Dataset;
  const rank = plainRankKernel();
  const reference = async (model: Uint8Array<ArrayBuffer>) => {
    const engine = kernelEngine(model, plainRankKernel());
    return { run: async (features: Float32Array, rows: number) => engine.run(features, rows) };
  };
  const context = { dataset, config, kernels: { rank, openScan: plainScanKernel }, reference };
  const encoded = await encodeArtifacts(context, artifacts);
  return { files: encoded.bytes, lists: encoded.private?.lists, manifest: sealManifest(context, encoded, { metrics: {} }) };
}

const onDevice = (surface: Surface, i: number): Surface =>
  i > 0 ? surface : { ...surface, retrieval: 'private', sources: surface.sources.filter(({ source }) => source !== 'similar') };

function catalogOf(document: FeatureSetDocument, n: number, random: Random) {
  const columns = openFeatureSet(document).catalog;
  return { columns, n, values: Float32Array.from({ length: n * columns.length }, () => random.normal()) };
}

/** As large as those of the default settings. */
const hidden = [32, 16];

function rankerOf(columns: number, random: Random): FittedRanker {
  const widths = [2 * columns, ...hidden, 1];
  const layers = widths.slice(1).map((outputs, i) => {
    const inputs = widths[i] as number;
    const weights = Float32Array.from({ length: inputs * outputs }, () => random.normal() / Math.sqrt(inputs));
    return { weights, bias: new Float32Array(outputs), outputs };
  });
  return denseRanker({ mean: new Float32Array(columns), std: new Float32Array(columns).fill(1), layers });
}
