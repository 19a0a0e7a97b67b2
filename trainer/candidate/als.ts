import { createRandom } from '../random.ts';
import { type CandidateModel, groupBy, type Interactions } from './interactions.ts';

export interface AlsSettings {
  readonly rank: number;
  readonly iterations: number;
  readonly regularisation: number;
  /** Weight of the zero of every pair, observed or not (alpha_0 of Rendle et al.). */
  readonly unobservedWeight: number;
  readonly seed: number;
}

/** Item factors, row-major [items x rank]; a row of zeros for an item without interactions. */
export interface ItemFactors {
  readonly items: number;
  readonly rank: number;
  readonly values: Float32Array;
}

/** Steps of conjugate gradient per row and sweep, from the previous solution: enough according to Takács et al. 2011. */
const conjugateGradientSteps = 3;
const initialDeviation = 0.1;

/**
 * Implicit alternating least squares (Hu, Koren and Volinsky 2008) with the objective and frequency-scaled regularisation of Rendle et al. 2021,
 * "Revisiting the Performance of iALS":
 *
 *   sum over observed (u, i) of (w_u . h_i - 1)^2 + a0 * sum over all (u, i) of (w_u . h_i)^2
 *     + regularisation * (sum over u of (|I_u| + a0 |I|) ||w_u||^2 + sum over i of (|U_i| + a0 |U|) ||h_i||^2)
 *
 * Repeated interactions of a pair count once. Rows are solved by conjugate gradient.
 */
export const alsModel: CandidateModel<AlsSettings, ItemFactors> = {
  name: 'als',
  fit(log, settings) {
    const { rank, unobservedWeight: a0 } = settings;
    const rows = distinctPairs(log);
    const columns = transpose(rows, log.users, log.items);
    const random = createRandom(settings.seed, 'als');
    const deviation = initialDeviation / Math.sqrt(rank);
    const user = new Float64Array(log.users * rank);
    const item = Float64Array.from({ length: log.items * rank }, () => deviation * random.normal());
    for (let i = 0; i < log.items; i++) {
      if (columns.offsets[i] === columns.offsets[i + 1]) item.fill(0, i * rank, (i + 1) * rank);
    }
    for (let iteration = 0; iteration < settings.iterations; iteration++) {
      sweep({ rows, solved: user, fixed: item, rank, a0, regularisation: settings.regularisation, others: log.items });
      sweep({ rows: columns, solved: item, fixed: user, rank, a0, regularisation: settings.regularisation, others: log.users });
    }
    return { items: log.items, rank, values: Float32Array.from(item) };
  },
};

/** CSR of a binary matrix: the columns of row r are `indices[offsets[r] .. offsets[r + 1]]`, ascending. */
interface Sparse {
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
}

function distinctPairs(log: Interactions): Sparse {
  const byUser = groupBy(log.user, log.users);
  const offsets = new Int32Array(log.users + 1);
  const indices = new Int32Array(log.n);
  let n = 0;
  for (let u = 0; u < log.users; u++) {
    const items = new Set<number>();
    for (let e = byUser.offsets[u] as number; e < (byUser.offsets[u + 1] as number); e++) {
      items.add(log.item[byUser.entries[e] as number] as number);
    }
    for (const i of Int32Array.from(items).sort()) indices[n++] = i;
    offsets[u + 1] = n;
  }
  return { offsets, indices: indices.subarray(0, n) };
}

function transpose(matrix: Sparse, rows: number, columns: number): Sparse {
  const grouped = groupBy(matrix.indices, columns);
  const rowOfEntry = new Int32Array(matrix.indices.length);
  for (let r = 0; r < rows; r++) rowOfEntry.fill(r, matrix.offsets[r], matrix.offsets[r + 1]);
  return { offsets: grouped.offsets, indices: grouped.entries.map((entry) => rowOfEntry[entry] as number) };
}

interface Sweep {
  readonly rows: Sparse;
  /** [rows x rank], updated in place. */
  readonly solved: Float64Array;
  /** [others x rank]. */
  readonly fixed: Float64Array;
  readonly others: number;
  readonly rank: number;
  readonly a0: number;
  readonly regularisation: number;
}

/** Solves (sum of f f^T over the row's entries + a0 F^T F + lambda I) x = sum of f for each row. */
function sweep(work: Sweep): void {
  const { rows, solved, fixed, rank, a0 } = work;
  const gram = gramOf(fixed, work.others, rank, a0);
  const x = new Float64Array(rank);
  const residual = new Float64Array(rank);
  const direction = new Float64Array(rank);
  const product = new Float64Array(rank);
  for (let r = 0; r + 1 < rows.offsets.length; r++) {
    const start = rows.offsets[r] as number;
    const end = rows.offsets[r + 1] as number;
    if (start === end) continue;
    const ridge = work.regularisation * (end - start + a0 * work.others);
    x.set(solved.subarray(r * rank, (r + 1) * rank));
    const system = { gram, ridge, indices: rows.indices, start, end, fixed, rank };
    multiply(system, x, residual);
    for (let k = 0; k < rank; k++) residual[k] = -(residual[k] as number);
    for (let e = start; e < end; e++) {
      const at = (rows.indices[e] as number) * rank;
      for (let k = 0; k < rank; k++) residual[k] = (residual[k] as number) + (fixed[at + k] as number);
    }
    direction.set(residual);
    let squared = dot(residual, residual);
    for (let step = 0; step < conjugateGradientSteps && squared > 1e-20; step++) {
      multiply(system, direction, product);
      const length = squared / dot(direction, product);
      for (let k = 0; k < rank; k++) {
        x[k] = (x[k] as number) + length * (direction[k] as number);
        residual[k] = (residual[k] as number) - length * (product[k] as number);
      }
      const next = dot(residual, residual);
      const momentum = next / squared;
      for (let k = 0; k < rank; k++) direction[k] = (residual[k] as number) + momentum * (direction[k] as number);
      squared = next;
    }
    solved.set(x, r * rank);
  }
}

interface System {
  readonly gram: Float64Array;
  readonly ridge: number;
  readonly indices: Int32Array;
  readonly start: number;
  readonly end: number;
  readonly fixed: Float64Array;
  readonly rank: number;
}

/** out = (gram + ridge I + sum of f f^T) vector. */
function multiply(system: System, vector: Float64Array, out: Float64Array): void {
  const { gram, indices, fixed, rank } = system;
  for (let k = 0; k < rank; k++) {
    let sum = system.ridge * (vector[k] as number);
    const row = k * rank;
    for (let l = 0; l < rank; l++) sum += (gram[row + l] as number) * (vector[l] as number);
    out[k] = sum;
  }
  for (let e = system.start; e < system.end; e++) {
    const at = (indices[e] as number) * rank;
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += (fixed[at + k] as number) * (vector[k] as number);
    for (let k = 0; k < rank; k++) out[k] = (out[k] as number) + sum * (fixed[at + k] as number);
  }
}

/** a0 * F^T F. */
function gramOf(fixed: Float64Array, n: number, rank: number, a0: number): Float64Array {
  const gram = new Float64Array(rank * rank);
  for (let r = 0; r < n; r++) {
    const at = r * rank;
    for (let k = 0; k < rank; k++) {
      const value = a0 * (fixed[at + k] as number);
      if (value === 0) continue;
      for (let l = 0; l <= k; l++) gram[k * rank + l] = (gram[k * rank + l] as number) + value * (fixed[at + l] as number);
    }
  }
  for (let k = 0; k < rank; k++) for (let l = 0; l < k; l++) gram[l * rank + k] = gram[k * rank + l] as number;
  return gram;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
