import { attributeRows } from '../../shared/feature/remembered.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import type { Engine } from '../../shared/model/engine.ts';
import { type GoldenCase, scoresMismatch } from '../../shared/model/golden.ts';
import { encodeHistory, type HistoryInput, type HistoryShape } from '../../shared/model/history.ts';
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

const events = 12;

/** The same for what a model reads of a history: "nothing", then events of any age and items of any attributes, as like candidates as may be. */
export function goldenHistory({ attributes, context }: HistoryShape, random: Random): HistoryInput {
  const past = (columns: number, draw: (column: number) => number) =>
    Float32Array.from({ length: events * columns }, (_, at) => (at < columns ? 0 : draw(at % columns)));
  const id = () => random.below(attributeRows);
  return {
    events,
    similarity: Float32Array.from({ length: rows * events }, (_, at) => (at % events === 0 ? 0 : 2 * random.uniform() - 1)),
    candidateAttributes: Float32Array.from({ length: rows * attributes }, id),
    historyAttributes: past(attributes, id),
    historyContext: past(context, (column) => (column === 0 ? random.uniform() : Number(random.uniform() < 0.3))),
  };
}

/** An engine of another make, asked once. */
export interface ReferenceEngine {
  run(features: Float32Array, rows: number, history?: HistoryInput): Promise<Float32Array>;
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
  history?: HistoryInput,
): Promise<GoldenCase> {
  const scores = engine.run(features, rows, history);
  const bytes = toBase64(new Uint8Array(features.buffer));
  const golden = { rows, features: bytes, ...(history && { history: encodeHistory(history) }), scores: [...scores] };
  const fault = scores.every(Number.isFinite)
    ? scoresMismatch(await reference.run(features, rows, history), golden)
    : 'a score is not finite';
  if (fault)
    throw new Failure('gate', `the ${name} model is not released: kernel engine and onnxruntime-web disagree (${fault})`);
  return golden;
}
