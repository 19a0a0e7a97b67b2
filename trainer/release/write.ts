import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import { bytesOf, type ReleaseFiles } from './artifact.ts';
import { writeLists } from './private.ts';

export const manifestFile = 'manifest.json';
export const evaluationFile = 'evaluation.json';

/** Writes a release into an empty directory: its files first, the manifest last, so that a manifest promises files that are there. */
export async function writeRelease(directory: string, { files, lists, manifest }: ReleaseFiles): Promise<void> {
  for (const file of manifest.files) await writeFile(join(directory, file.name), bytesOf(files, file.role));
  if (lists) await writeLists(directory, lists);
  await writeFile(join(directory, manifestFile), canonicalJson(manifest));
}
