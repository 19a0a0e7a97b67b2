import type { HistoryInput } from '../../../shared/model/history.ts';
import type { AttentionWeights } from '../../onnx/attention.ts';

type Numbers = Float32Array | Float64Array;

/** out [rows x columns] += a [rows x inner] b [inner x columns]. */
function addProduct(a: Numbers, b: Numbers, inner: number, out: Float64Array): void {
  const columns = b.length / inner;
  for (let r = 0; r * inner < a.length; r++) {
    for (let k = 0; k < inner; k++) {
      const value = a[r * inner + k] as number;
      for (let c = 0; c < columns; c++)
        out[r * columns + c] = (out[r * columns + c] as number) + value * (b[k * columns + c] as number);
    }
  }
}

function product(a: Numbers, b: Numbers, inner: number): Float64Array {
  const out = new Float64Array((a.length / inner) * (b.length / inner));
  addProduct(a, b, inner, out);
  return out;
}

function embedded({ table, dim }: AttentionWeights, ids: Float32Array, rows: number): Float64Array {
  const out = new Float64Array(rows * dim);
  const slots = ids.length / rows;
  for (const [at, id] of ids.entries()) {
    const to = Math.floor(at / slots) * dim;
    for (let d = 0; d < dim; d++) out[to + d] = (out[to + d] as number) + (table[id * dim + d] as number);
  }
  return out;
}

/**
 * Target attention in float64, as the graph has it: [candidate | pooled | product | attended similarity] of each candidate, [rows x 3 dim + 1], written
 * into `out` at `from`, rows `step` apart.
 */
export function attend(
  weights: AttentionWeights,
  input: HistoryInput,
  { out, from, step }: { readonly out: Float64Array; readonly from: number; readonly step: number },
): void {
  const { dim, query, value, contextValue, contextBias, similarityWeight } = weights;
  const { events, similarity, historyContext } = input;
  const rows = similarity.length / events;
  if (rows === 0) return;
  const candidate = embedded(weights, input.candidateAttributes, rows);
  const event = embedded(weights, input.historyAttributes, events);
  const queries = product(candidate, query, dim);
  const bias = product(historyContext, contextBias, contextBias.length);
  const values = product(event, value, dim);
  addProduct(historyContext, contextValue, contextBias.length, values);
  const shares = new Float64Array(events);
  for (let r = 0; r < rows; r++) {
    for (let h = 0; h < events; h++) {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += (queries[r * dim + d] as number) * (event[h * dim + d] as number);
      shares[h] = sum / Math.sqrt(dim) + similarityWeight * (similarity[r * events + h] as number) + (bias[h] as number);
    }
    const peak = shares.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
    let total = 0;
    for (let h = 0; h < events; h++) total += shares[h] = Math.exp((shares[h] as number) - peak);
    const to = from + r * step;
    let attended = 0;
    for (let h = 0; h < events; h++) attended += ((shares[h] as number) / total) * (similarity[r * events + h] as number);
    for (let d = 0; d < dim; d++) {
      let pooled = 0;
      for (let h = 0; h < events; h++) pooled += ((shares[h] as number) / total) * (values[h * dim + d] as number);
      const own = candidate[r * dim + d] as number;
      out[to + d] = own;
      out[to + dim + d] = pooled;
      out[to + 2 * dim + d] = own * pooled;
    }
    out[to + 3 * dim] = attended;
  }
}
