import type { RankKernel } from '../../shared/kernel/kernel.ts';
import { type Engine, kernelEngine } from '../../shared/model/engine.ts';
import { featureHashMismatch } from '../../shared/model/feature-hash.ts';
import { goldenMismatch } from '../../shared/model/golden.ts';
import type { OpenRelease } from '../../shared/release/open.ts';

/** The light ranker of a release, or why it is not used: it must take the release's columns and reproduce its golden scores. */
export function openLight(release: OpenRelease, kernel: RankKernel): { readonly light: Engine } | { readonly refused: string } {
  try {
    const light = kernelEngine(release.lightModel, kernel);
    const columns = release.features.document.light.length;
    const other = featureHashMismatch(light.metadata, release.features.hash);
    if (other !== undefined) {
      console.warn('light ranker', other);
      return { refused: 'light-feature-hash' };
    }
    if (light.columns !== columns) return { refused: 'light-columns' };
    const mismatch = goldenMismatch(light, release.golden.light);
    if (mismatch === undefined) return { light };
    console.warn('light ranker', mismatch);
    return { refused: 'light-golden' };
  } catch (error) {
    console.warn('light ranker', error);
    return { refused: 'light-refused' };
  }
}
