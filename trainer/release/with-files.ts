import { createHash } from 'node:crypto';
import type { Sha256 } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import { fileRoles, type Manifest, modelRoles, type ReleaseFile } from '../../shared/contract/release.ts';
import { checkManifest } from '../../shared/release/manifest.ts';
import { Failure } from '../failure.ts';
import { type FileBytes, fileNames, type ReleaseFiles } from './artifact.ts';

/**
 * The same release with some files made anew (undefined: without it). Its figures were of the former ones and are left out.
 * @throws Failure `gate` when a file would be over its limit.
 */
export function withFiles(
  { files, lists, manifest }: ReleaseFiles,
  made: { readonly [Role in keyof FileBytes]: FileBytes[Role] | undefined },
  changes: Partial<Manifest> = {},
): ReleaseFiles {
  const all = fileRoles.flatMap((role) => {
    const bytes = role in made ? made[role] : files[role];
    return bytes ? [[role, bytes] as const] : [];
  });
  const described = all.map(([role, bytes]): ReleaseFile => {
    const most = modelRoles.includes(role) ? limit.modelBytes : limit.releaseFileBytes;
    if (bytes.length > most) throw new Failure('gate', `${fileNames[role]} is ${bytes.length} bytes, more than ${most}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
    return { role, name: fileNames[role], sha256, bytes: bytes.length };
  });
  return {
    files: Object.fromEntries(all),
    lists,
    manifest: checkManifest({ ...manifest, files: described, metrics: {}, ...changes }),
  };
}
