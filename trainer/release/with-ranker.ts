import { fromBase64 } from '../../shared/model/base64.ts';
import type { Engine } from '../../shared/model/engine.ts';
import type { GoldenCase, GoldenDocument } from '../../shared/model/golden.ts';
import { Failure } from '../failure.ts';
import { bytesOf, json, type ReleaseFiles } from './artifact.ts';
import { goldenCase, type ReferenceEngine } from './golden.ts';
import { withFiles } from './with-files.ts';
import { withoutChoice } from './without-choice.ts';

export interface OtherRanker {
  readonly role: 'light' | 'heavy';
  readonly model: Uint8Array<ArrayBuffer>;
  readonly engine: Engine;
  /** What the engine has to agree with. */
  readonly reference: ReferenceEngine;
}

const hint =
  'Features may be missing, which is NaN: where the model cannot take that, say with --fill what it was trained with instead.';

/**
 * The same release with another ranker, and without a calibration: golden scores are what its engine makes of the golden inputs that the release has.
 * @throws Failure `gate` when the two engines disagree or a score is not finite.
 */
export async function withRanker(release: ReleaseFiles, { role, model, engine, reference }: OtherRanker): Promise<ReleaseFiles> {
  const former = JSON.parse(new TextDecoder().decode(bytesOf(release.files, 'golden'))) as GoldenDocument;
  const features = new Float32Array(fromBase64(former[role].features).buffer);
  const golden: GoldenDocument = { ...former, [role]: await goldenOf(role, features, engine, reference) };
  // What scores of the former ranker meant says nothing of this one's.
  const changed = { [role]: model, golden: json(golden), calibration: undefined };
  const other = { ...release, manifest: withoutChoice(release.manifest, role) };
  return withFiles(other, changed, role === 'heavy' ? { engine: 'kernel' } : {});
}

/** Golden scores, and what to do where there are none. */
async function goldenOf(...given: Parameters<typeof goldenCase>): Promise<GoldenCase> {
  try {
    return await goldenCase(...given);
  } catch (error) {
    if (error instanceof Failure && error.hint === undefined) throw new Failure(error.code, error.message, hint);
    throw error;
  }
}
