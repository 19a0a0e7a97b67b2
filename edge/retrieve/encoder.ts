import type { RankKernel } from '../../shared/kernel/kernel.ts';
import { openSeedEncoder } from '../../shared/release/encoder.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import type { SourceRelease } from '../../shared/release/source.ts';

/** What sources read of a release, with its encoder where it has one that may be used, and whether it has one that may not. */
export interface OpenedSources {
  readonly sources: SourceRelease;
  readonly encoderRefused: boolean;
}

/** An encoder that cannot be run or does not reproduce its golden queries is not used: queries are then means of the seeds' directions. */
export function openSources(release: OpenRelease, kernel: RankKernel): OpenedSources {
  try {
    return { sources: { ...release, encoder: openSeedEncoder(release, kernel) }, encoderRefused: false };
  } catch (error) {
    console.warn('encoder', error);
    return { sources: release, encoderRefused: true };
  }
}
