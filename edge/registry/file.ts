import type { SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { ReleaseFile } from '../../shared/contract/release.ts';
import { sha256Native } from '../pack/digest.ts';
import type { Ports } from '../port.ts';

type Stores = Pick<Ports, 'files' | 'copies' | 'defer'>;

/** Copies of releases that are served no more go by themselves; one that is still read is written again. */
export const copyLifeSeconds = 30 * 24 * 3600;

/**
 * Bytes stored under `name` whose SHA-256 is the given one: the copy when it is good, else the truth, which is then copied again. Never bytes
 * of another digest.
 * @throws Error when neither has them.
 */
export async function readVerified(
  name: string,
  sha256: string,
  { files, copies, defer }: Stores,
): Promise<Uint8Array<ArrayBuffer>> {
  const copy = await copies.read(name).catch(() => undefined);
  if (copy && (await sha256Native(copy)) === sha256) return copy;
  const bytes = await files.read(name);
  if (!bytes) throw new Error(`${name} is not stored`);
  if ((await sha256Native(bytes)) !== sha256) throw new Error(`${name} is corrupt: its SHA-256 is another`);
  if (bytes.length <= limit.kvValueBytes) defer(copies.write(name, bytes, copyLifeSeconds));
  return bytes;
}

/** A file of a release of this site. */
export const readReleaseFile = (site: SiteId, file: ReleaseFile, stores: Stores) =>
  readVerified(key.file(site, file.sha256), file.sha256, stores);
