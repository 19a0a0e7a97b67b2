import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest, ReleaseFile } from '../../shared/contract/release.ts';
import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { checkManifest } from '../../shared/release/manifest.ts';
import { type OpenRelease, openRelease } from '../../shared/release/open.ts';
import { Failure } from '../failure.ts';
import type { ReleaseFiles } from './artifact.ts';
import { readLists } from './private.ts';
import { manifestFile } from './write.ts';

/** The manifest of a release directory. @throws Failure `bad-input` when there is none or it is not one. */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, manifestFile);
  const hint = 'Make a release with `vitrine train`.';
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new Failure('bad-input', `${directory} is not a release: ${manifestFile} cannot be read.`, hint);
  }
  try {
    return checkManifest(JSON.parse(text));
  } catch (error) {
    throw new Failure('bad-input', `${path}: ${(error as Error).message}`, hint);
  }
}

/** The feature set of a release directory, with its manifest. @throws Failure `bad-input`. */
export async function readFeatureSet(
  directory: string,
): Promise<{ readonly manifest: Manifest; readonly features: FeatureSetDocument }> {
  const manifest = await readManifest(directory);
  const file = manifest.files.find(({ role }) => role === 'features');
  if (!file) throw new Failure('bad-input', `${directory} has no feature set.`);
  const features = JSON.parse(new TextDecoder().decode(await readReleaseFile(directory, file))) as FeatureSetDocument;
  return { manifest, features };
}

async function readReleaseFile(directory: string, { name, sha256 }: ReleaseFile): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await readFile(join(directory, name)));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Failure('bad-input', `${join(directory, name)} was changed: its SHA-256 is not the manifest's`);
  return bytes;
}

/** Opens a release directory with its heavy model; every file must have the digest that the manifest says. @throws Failure `bad-input`. */
export async function readRelease(directory: string): Promise<OpenRelease> {
  const manifest = await readManifest(directory);
  return openRelease(manifest, (file) => readReleaseFile(directory, file), { heavy: true });
}

/** The bytes of a release directory, checked against its manifest and each other. @throws Failure `bad-input`. */
export async function readReleaseFiles(directory: string): Promise<ReleaseFiles> {
  const { manifest } = await readRelease(directory);
  const entries = await Promise.all(
    manifest.files.map(async (file) => [file.role, await readReleaseFile(directory, file)] as const),
  );
  const files = Object.fromEntries(entries) as ReleaseFiles['files'];
  return { manifest, files, lists: files.private && (await readLists(directory, files.private)) };
}
