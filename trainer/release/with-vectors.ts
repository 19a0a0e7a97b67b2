import { createHash } from 'node:crypto';
import type { Sha256 } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import { type FileRole, fileRoles, type Manifest, type ReleaseFile } from '../../shared/contract/release.ts';
import type { ScanKernel } from '../../shared/kernel/kernel.ts';
import { checkManifest } from '../../shared/release/manifest.ts';
import { encodeLists } from '../../shared/vector/lists.ts';
import { encodeVectors, type VectorTable } from '../../shared/vector/table.ts';
import { Failure } from '../failure.ts';
import { type FileBytes, fileNames, listsOf, type ReleaseFiles } from './artifact.ts';

export interface OtherVectors {
  readonly vectors: VectorTable;
  /** Their trainer saw nothing at or after this time. */
  readonly fittedThroughMs: number;
  readonly openScan: () => ScanKernel;
}

/**
 * The same release with other item vectors, in inverted lists where it had such or has many items. Its figures were of the former ones and are left out.
 * @throws Failure `gate` when a file would be over its limit.
 */
export function withVectors(
  { files, manifest }: ReleaseFiles,
  { vectors, fittedThroughMs, openScan }: OtherVectors,
): ReleaseFiles {
  const { lists: former, ...others } = files;
  const directory = listsOf(vectors, { seed: manifest.seed, ...(former && { index: 'lists' }) }, openScan);
  const made: FileBytes = { vectors: encodeVectors(vectors), ...(directory && { lists: encodeLists(directory) }) };
  for (const [role, { length }] of Object.entries(made))
    if (length > limit.releaseFileBytes)
      throw new Failure('gate', `the ${role} are ${length} bytes, more than ${limit.releaseFileBytes}`);
  const describe = (role: FileRole): ReleaseFile[] => {
    const bytes = made[role];
    if (!bytes) return manifest.files.filter((file) => file.role === role && role !== 'lists');
    const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
    return [{ role, name: fileNames[role], sha256, bytes: bytes.length }];
  };
  const changed: Manifest = {
    ...manifest,
    vector: { dim: vectors.dim },
    files: fileRoles.flatMap(describe),
    data: { ...manifest.data, fittedThroughMs: Math.max(manifest.data.fittedThroughMs, fittedThroughMs) },
    metrics: {},
  };
  return { files: { ...others, ...made }, manifest: checkManifest(changed) };
}
