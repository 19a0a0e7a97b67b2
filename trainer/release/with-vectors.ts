import type { Item } from '../../shared/contract/item.ts';
import { decodeCatalog } from '../../shared/feature/catalog.ts';
import type { ScanKernel } from '../../shared/kernel/kernel.ts';
import type { GoldenDocument } from '../../shared/model/golden.ts';
import { encodeLists } from '../../shared/vector/lists.ts';
import { encodeVectors, type VectorTable } from '../../shared/vector/table.ts';
import { bytesOf, json, listsOf, type ReleaseFiles } from './artifact.ts';
import { privateFiles } from './private.ts';
import { withFiles } from './with-files.ts';
import { withoutChoice } from './without-choice.ts';

export interface OtherVectors {
  readonly vectors: VectorTable;
  /** Their trainer saw nothing at or after this time. */
  readonly fittedThroughMs: number;
  readonly openScan: () => ScanKernel;
}

/**
 * The same release with other item vectors, in inverted lists where it had such or has many items, and without a model that made queries of the former ones.
 * @throws Failure `gate` when a file would be over its limit.
 */
export function withVectors(release: ReleaseFiles, { vectors, fittedThroughMs, openScan }: OtherVectors): ReleaseFiles {
  const { files, manifest } = release;
  const { encoder: _, ...golden } = JSON.parse(new TextDecoder().decode(bytesOf(files, 'golden'))) as GoldenDocument;
  const metric = vectors.fold ? 'product' : 'cosine';
  const directory = listsOf(vectors, { seed: manifest.seed, metric, ...(files.lists && { index: 'lists' }) }, openScan);
  const own =
    files.private &&
    privateFiles({
      vectors,
      metric,
      items: JSON.parse(new TextDecoder().decode(bytesOf(files, 'items'))) as readonly Item[],
      catalog: decodeCatalog(bytesOf(files, 'catalog')),
      asOfMs: manifest.data.throughMs,
      seed: manifest.seed,
      openScan,
    });
  const made = {
    vectors: encodeVectors(vectors),
    lists: directory && encodeLists(directory),
    encoder: undefined,
    private: own?.index,
    // Scores are of other features now.
    calibration: undefined,
    ...(files.encoder && { golden: json(golden) }),
  };
  const changed = withFiles({ files, manifest: withoutChoice(manifest, 'vectors') }, made, {
    vector: { dim: vectors.dim },
    data: { ...manifest.data, fittedThroughMs: Math.max(manifest.data.fittedThroughMs, fittedThroughMs) },
  });
  return { ...changed, lists: own?.lists };
}
