import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import type { Sha256 } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import {
  type FileRole,
  fileRoles,
  type Manifest,
  modelRoles,
  type ReleaseFile,
  releaseFormat,
  releaseVersion,
} from '../../shared/contract/release.ts';
import { type CatalogTable, encodeCatalog } from '../../shared/feature/catalog.ts';
import type { RankKernel, ScanKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import type { GoldenDocument } from '../../shared/model/golden.ts';
import { type CalibrationDocument, checkCalibration } from '../../shared/rank/calibration.ts';
import { checkManifest } from '../../shared/release/manifest.ts';
import { encodePopular, type PopularTable } from '../../shared/retrieval/popular.ts';
import { encodeSimilar } from '../../shared/retrieval/similar.ts';
import { encodeLists, type ListDirectory } from '../../shared/vector/lists.ts';
import { encodeVectors, type VectorTable } from '../../shared/vector/table.ts';
import type { Generators } from '../candidate/generators.ts';
import type { LoadedConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import type { FittedRanker } from '../fit/ranker.ts';
import { buildLists } from '../index/build.ts';
import type { Dataset } from '../log/dataset.ts';
import { createRandom } from '../random.ts';
import { refuseInfinite, refuseNonFinite } from './finite.ts';
import { goldenCase, goldenFeatures, goldenHistory, type ReferenceEngine } from './golden.ts';
import { goldenQueries } from './golden-queries.ts';
import { type ListFiles, type PrivateFiles, privateFiles } from './private.ts';

/** Everything that a release is made of, before it is bytes. */
export interface Artifacts {
  readonly generators: Generators;
  readonly catalog: CatalogTable;
  readonly popular: PopularTable;
  readonly light: FittedRanker;
  readonly heavy: FittedRanker;
  /** Absent where too little was shown to tell. */
  readonly calibration?: CalibrationDocument;
}

/** Bytes of the files that a manifest lists, by role. */
export type FileBytes = Readonly<Partial<Record<FileRole, Uint8Array<ArrayBuffer>>>>;

/** @throws Error when there is no such file. */
export function bytesOf(files: FileBytes, role: FileRole): Uint8Array<ArrayBuffer> {
  const bytes = files[role];
  if (!bytes) throw new Error(`a release without a ${role} file`);
  return bytes;
}

/** What a release directory holds. */
export interface ReleaseFiles {
  readonly files: FileBytes;
  /** Where devices retrieve by themselves: the files that the private index names. */
  readonly lists?: ListFiles | undefined;
  readonly manifest: Manifest;
}

export interface EncodedArtifacts {
  readonly bytes: FileBytes;
  readonly fittedThroughMs: number;
  readonly dim: number;
  /** Inverted lists, where the release has some: how many, lists to look into, and the share of the true 100 nearest that they find. */
  readonly index?: { readonly lists: number; readonly probes: number; readonly recall: number };
  /** Where a surface retrieves on the device. */
  readonly private?: PrivateFiles | undefined;
}

export interface ReleaseContext {
  readonly dataset: Dataset;
  readonly config: LoadedConfig;
  readonly kernels: { readonly rank: RankKernel; readonly openScan: () => ScanKernel };
  /** Makes an engine of another make for a model: the golden scores must be the same on both. */
  readonly reference: (model: Uint8Array<ArrayBuffer>) => Promise<ReferenceEngine>;
}

export const fileNames: Readonly<Record<FileRole, string>> = {
  items: 'items.json',
  features: 'features.json',
  catalog: 'catalog.bin',
  popular: 'popular.bin',
  similar: 'similar.bin',
  vectors: 'vectors.bin',
  lists: 'lists.bin',
  private: 'private.bin',
  encoder: 'encoder.onnx',
  light: 'light.onnx',
  heavy: 'heavy.onnx',
  golden: 'golden.json',
  calibration: 'calibration.json',
};

export const json = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(canonicalJson(value));

/**
 * The bytes of every file of a release. @throws Failure `gate` when a number is not finite, an engine does not reproduce the golden scores or a
 * file is over its limit.
 */
export async function encodeArtifacts(
  { dataset, config, kernels, reference }: ReleaseContext,
  artifacts: Artifacts,
): Promise<EncodedArtifacts> {
  const { generators, catalog, popular, calibration } = artifacts;
  refuseInfinite(catalog);
  refuseNonFinite({ popular: popular.scores, similar: generators.similar.scores, vectors: generators.vectors.scales });
  const models = { light: modelOf('light', artifacts.light, config), heavy: modelOf('heavy', artifacts.heavy, config) };
  const random = createRandom(config.training.seed, 'golden');
  const golden = async (name: 'light' | 'heavy') => {
    const engine = kernelEngine(models[name], kernels.rank);
    const features = goldenFeatures(artifacts[name].standard, random);
    const history = engine.history && goldenHistory(engine.history, random);
    return goldenCase(name, features, engine, await reference(models[name]), history);
  };
  const encoder = generators.encoder && new Uint8Array(generators.encoder);
  const queries =
    encoder &&
    (await goldenQueries(encoder, generators.vectors, { kernel: kernels.rank, reference: await reference(encoder), random }));
  const document: GoldenDocument = {
    version: 1,
    light: await golden('light'),
    heavy: await golden('heavy'),
    ...(queries && { encoder: queries }),
  };
  const metric = encoder || generators.vectors.fold ? 'product' : 'cosine';
  const lists = listsOf(generators.vectors, { ...config.training, metric }, kernels.openScan);
  const own = config.surfaces.some(({ retrieval }) => retrieval === 'private')
    ? privateFiles({
        vectors: generators.vectors,
        metric,
        items: dataset.items,
        catalog,
        asOfMs: dataset.info.throughMs,
        seed: config.training.seed,
        openScan: kernels.openScan,
      })
    : undefined;
  const bytes: FileBytes = {
    items: json(dataset.items),
    features: json(config.featureSet),
    catalog: encodeCatalog(catalog),
    popular: encodePopular(popular),
    similar: encodeSimilar(generators.similar),
    vectors: encodeVectors(generators.vectors),
    ...(lists && { lists: encodeLists(lists) }),
    ...(encoder && { encoder }),
    ...(own && { private: own.index }),
    ...models,
    golden: json(document),
    ...(calibration && { calibration: json(checkCalibration(calibration)) }),
  };
  for (const role of fileRoles) {
    const most = modelRoles.includes(role) ? limit.modelBytes : limit.releaseFileBytes;
    const length = bytes[role]?.length ?? 0;
    if (length > most) throw new Failure('gate', `${fileNames[role]} is ${length} bytes, more than ${most}`);
  }
  return {
    bytes,
    fittedThroughMs: generators.fittedThroughMs,
    dim: generators.vectors.dim,
    private: own,
    ...(lists && { index: { lists: lists.offsets.length - 1, probes: lists.probes, recall: lists.recall } }),
  };
}

/** Above this many items an exact search takes longer than an edge request should. */
const exactItems = 500_000;

/** Inverted lists of a release's vectors, where it is to have some. @param metric cosine: vectors are of length 1. */
export function listsOf(
  vectors: VectorTable,
  { index, seed, metric }: Pick<LoadedConfig['training'], 'index' | 'seed'> & { readonly metric: 'product' | 'cosine' },
  openScan: () => ScanKernel,
): ListDirectory | undefined {
  const wanted = index ?? (vectors.n > exactItems ? 'lists' : 'exact');
  if (wanted === 'exact') return undefined;
  return buildLists(vectors, openScan, { seed, metric }).directory;
}

function modelOf(name: 'light' | 'heavy', ranker: FittedRanker, { featureSet }: LoadedConfig): Uint8Array<ArrayBuffer> {
  const { mean, std } = ranker.standard;
  refuseNonFinite({ [`${name} mean`]: mean, [`${name} std`]: std });
  return ranker.encode({ columns: featureSet[name], featureHash: featureSet.hash });
}

/** The manifest of encoded artifacts: no wall-clock time, so that equal inputs give equal bytes. */
export function sealManifest(
  { dataset, config }: ReleaseContext,
  encoded: EncodedArtifacts,
  { metrics, choice }: Pick<Manifest, 'metrics' | 'choice'>,
): Manifest {
  const { info } = dataset;
  const files = fileRoles.flatMap((role): ReleaseFile[] => {
    const bytes = encoded.bytes[role];
    if (!bytes) return [];
    const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
    return [{ role, name: fileNames[role], sha256, bytes: bytes.length }];
  });
  return checkManifest({
    format: releaseFormat,
    version: releaseVersion,
    files,
    items: dataset.items.length,
    vector: { dim: encoded.dim },
    featureHash: config.featureSet.hash,
    data: {
      sha256: info.sha256,
      events: info.events,
      fromMs: info.fromMs,
      throughMs: info.throughMs,
      fittedThroughMs: encoded.fittedThroughMs,
    },
    configSha256: config.sha256,
    seed: config.training.seed,
    surfaces: config.surfaces,
    ...(choice && { choice }),
    engine: 'kernel',
    metrics,
  });
}
