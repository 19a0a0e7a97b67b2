import { limit } from '../../shared/contract/limit.ts';
import type { RankKernel } from '../../shared/kernel/kernel.ts';
import { type Encoder, kernelEncoder } from '../../shared/model/encoder.ts';
import type { GoldenQuery } from '../../shared/model/golden.ts';
import { encoderMismatch } from '../../shared/model/golden.ts';
import { seedEncoder } from '../../shared/retrieval/seed-encoder.ts';
import type { VectorTable } from '../../shared/vector/table.ts';
import { Failure } from '../failure.ts';
import type { Random } from '../random.ts';
import type { ReferenceEngine } from './golden.ts';

/** Visits of so many seeds. */
const lengths = [1, 2, 5, limit.seeds];

/**
 * Golden queries of an encoder, of seeds drawn among the items with a vector: what the kernel engine makes of them, checked against the reference engine.
 * @throws Failure `gate` when they differ by more than 1e-5 or a query is not finite: such a model is not released.
 */
export async function goldenQueries(
  model: Uint8Array<ArrayBuffer>,
  vectors: VectorTable,
  { kernel, reference, random }: { readonly kernel: RankKernel; readonly reference: ReferenceEngine; readonly random: Random },
): Promise<GoldenQuery[]> {
  const known = Array.from(vectors.scales.keys()).filter((ordinal) => vectors.scales[ordinal] !== 0);
  const golden: GoldenQuery[] = [];
  const refuse = (fault: string) => new Failure('gate', `the encoder is not released: ${fault}`);
  for (const length of known.length > 0 ? lengths : []) {
    const seeds = [...new Set(Array.from({ length }, () => known[random.below(known.length)] as number))];
    const encoder = kernelEncoder(model, kernel);
    let input = new Float32Array(0);
    const noted: Encoder = {
      ...encoder,
      run(features, rows) {
        input = features.slice();
        return encoder.run(features, rows);
      },
    };
    try {
      const made = { seeds, query: [...seedEncoder(noted)(vectors, seeds)] };
      const other = await reference.run(input, 1);
      const fault = encoderMismatch(() => other, [made]);
      if (fault !== undefined) throw refuse(`kernel engine and onnxruntime-web disagree (${fault})`);
      golden.push(made);
    } catch (error) {
      throw error instanceof RangeError ? refuse(error.message) : error;
    }
  }
  return golden;
}
