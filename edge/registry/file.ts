import type { SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import type { ReleaseFile } from '../../shared/contract/release.ts';
import { sha256Native } from '../pack/digest.ts';
import type { Ports } from '../port.ts';

/**
 * Bytes stored under `name` whose SHA-256 is the given one: the copy when it is good, else the truth. Never bytes of another digest.
 * @throws Error when neither has them.
 */
export async function readVerified(
  name: string,
  sha256: string,
  ports: Pick<Ports, 'files' | 'copies'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const copy = await ports.copies.read(name).catch(() => undefined);
  if (copy && (await sha256Native(copy)) === sha256) return copy;
  const bytes = await ports.files.read(name);
  if (!bytes) throw new Error(`${name} is not stored`);
  if ((await sha256Native(bytes)) !== sha256) throw new Error(`${name} is corrupt: its SHA-256 is another`);
  return bytes;
}

/** A file of a release of this site. */
export const readReleaseFile = (site: SiteId, file: ReleaseFile, ports: Pick<Ports, 'files' | 'copies'>) =>
  readVerified(key.file(site, file.sha256), file.sha256, ports);
