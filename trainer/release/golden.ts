import { toBase64 } from '../../shared/model/base64.ts';
import type { Engine } from '../../shared/model/engine.ts';
import { type GoldenCase, scoresMismatch } from '../../shared/model/golden.ts';
import { Failure } from '../failure.ts';
import type { Standard } from '../fit/standardise.ts';
import type { Random } from '../random.ts';

const rows = 32;
const missingShare = 0.1;

/**
 * Golden inputs of a ranker: drawn around its features' means, some missing, one row with all missing and one all at the mean. Drawn, not taken from the
 * log: device features of real visitors do not belong in a public file.
 */
export function goldenFeatures({ mean, std }: Standard, random: Random): Float32Array<ArrayBuffer> {
  const columns = mean.length;
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns);
    const c = at % columns;
    const drawn = (mean[c] as number) + 2 * (std[c] as number) * random.normal();
    const missing = row === 0 || (row > 1 && random.uniform() < missingShare);
    if (missing) return Number.NaN;
    return row === 1 ? (mean[c] as number) : drawn;
  });
}

/** An engine of another make, asked once. */
export interface ReferenceEngine {
  run(features: Float32Array, rows: number): Promise<Float32Array>;
}

/**
 * What the kernel engine makes of the golden inputs, checked against the reference engine.
 * @throws Failure `gate` when they differ by more than 1e-5 or a score is not finite: such a model is not released.
 */
export async function goldenCase(
  name: string,
  features: Float32Array<ArrayBuffer>,
  engine: Engine,
  reference: ReferenceEngine,
): Promise<GoldenCase> {
  const scores = engine.run(features, rows);
  const golden = { rows, features: toBase64(new Uint8Array(features.buffer)), scores: [...scores] };
  const fault = scores.every(Number.isFinite)
    ? scoresMismatch(await reference.run(features, rows), golden)
    : 'a score is not finite';
  if (fault)
    throw new Failure('gate', `the ${name} model is not released: kernel engine and onnxruntime-web disagree (${fault})`);
  return golden;
}
