import { isReleaseId, isSha256, isSiteId, type ReleaseId, type Sha256, type SiteId } from '../../shared/contract/id.ts';
import { ProblemError } from '../problem.ts';

/** Parts of a path, checked. @throws ProblemError bad-parameter */
export function pathSite(text: string): SiteId {
  if (isSiteId(text)) return text;
  throw new ProblemError('bad-parameter', 'a site is 1 to 63 of a-z, 0-9 and -', { at: 'site' });
}

export function pathSha256(text: string): Sha256 {
  if (isSha256(text)) return text;
  throw new ProblemError('bad-parameter', 'a SHA-256 is 64 hexadecimal digits in lower case', { at: 'sha256' });
}

export function pathRelease(text: string): ReleaseId {
  if (isReleaseId(text)) return text;
  throw new ProblemError('bad-parameter', 'a release id is 64 hexadecimal digits in lower case', { at: 'release' });
}

/** Name of an engine binary: a plain file name. */
export function pathEngine(text: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,63}\.(wasm|mjs)$/.test(text)) return text;
  throw new ProblemError('bad-parameter', 'an engine file is named *.wasm or *.mjs', { at: 'name' });
}
