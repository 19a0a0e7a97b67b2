import type { RankKernel } from '../kernel/kernel.ts';
import { kernelEncoder } from '../model/encoder.ts';
import { encoderMismatch } from '../model/golden.ts';
import { type SeedEncoder, seedEncoder } from '../retrieval/seed-encoder.ts';
import { type OpenRelease, ReleaseRefused } from './open.ts';

/**
 * What makes the queries of a release's vectors, where it is a model; it must reproduce the golden queries.
 * @throws ReleaseRefused when it does not; ModelRefused or RangeError when it cannot be run.
 */
export function openSeedEncoder(
  { encoderModel, golden, vectors }: Pick<OpenRelease, 'encoderModel' | 'golden' | 'vectors'>,
  kernel: RankKernel,
): SeedEncoder | undefined {
  if (!encoderModel) return undefined;
  const encoder = seedEncoder(kernelEncoder(encoderModel, kernel));
  if (!golden.encoder) throw new ReleaseRefused('release: no golden queries for the encoder');
  const mismatch = encoderMismatch((seeds) => encoder(vectors, seeds), golden.encoder);
  if (mismatch !== undefined) throw new ReleaseRefused(`release: the encoder's golden queries: ${mismatch}`);
  return encoder;
}
