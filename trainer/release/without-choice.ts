import type { Manifest, ReleaseChoice } from '../../shared/contract/release.ts';

/** The manifest without what it says of a part that is now made elsewhere. */
export function withoutChoice({ choice, ...rest }: Manifest, part: keyof ReleaseChoice): Manifest {
  const { [part]: _, ...others } = choice ?? {};
  return Object.keys(others).length > 0 ? { ...rest, choice: others } : rest;
}
