import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainConjugateGradient, plainCoordinateBlocks, plainGram } from '../../shared/kernel/als-plain.ts';
import { createRandom } from '../random.ts';
import { type AlsProblem, alsSolvers, blockOf, openAls } from './als-solver.ts';
import { transposeWeighted, type WeightedRows } from './weighted-rows.ts';

/** A random sparse matrix, some rows without entries. */
function matrixOf(rows: number, columns: number, seed: number, weighted: boolean): WeightedRows {
  const random = createRandom(seed, 'matrix');
  const offsets = new Int32Array(rows + 1);
  const indices: number[] = [];
  for (let r = 0; r < rows; r++) {
    const share = random.below(5) / 6;
    for (let c = 0; c < columns; c++) if (random.below(1000) < 1000 * share) indices.push(c);
    offsets[r + 1] = indices.length;
  }
  const weights = Float32Array.from(indices, () => 0.25 + random.below(8));
  return { rows, columns, offsets, indices: Int32Array.from(indices), ...(weighted && { weights }) };
}

/** Solves the users of a random problem once and compares each with the plain solution of the same row. */
async function compare(problem: AlsProblem, seed: number, weighted: boolean): Promise<number> {
  const matrix = matrixOf(23, 41, seed, weighted);
  const solving = await openAls(matrix, transposeWeighted(matrix), problem);
  try {
    const random = createRandom(seed, 'factors');
    const { stride } = solving;
    for (const factors of [solving.users, solving.items])
      for (let at = 0; at < factors.length; at++) if (at % stride < problem.rank) factors[at] = random.normal() / 3;
    const before = solving.users.slice();
    const fixed = solving.items.slice();
    solving.solveUsers();
    const gram = plainGram(fixed, stride, problem.unobservedWeight);
    let worst = 0;
    for (let r = 0; r < matrix.rows; r++) {
      const [start, end] = [matrix.offsets[r]!, matrix.offsets[r + 1]!];
      const expected = Float64Array.from(before.subarray(r * stride, (r + 1) * stride));
      const indices = matrix.indices.subarray(start, end);
      const weights = matrix.weights?.subarray(start, end) ?? new Float32Array(indices.length).fill(1);
      const total = weights.reduce((sum, weight) => sum + weight, 0) + problem.unobservedWeight * 41;
      const ridge = problem.regularisation * total ** problem.exponent;
      const system = { fixed, rank: stride, indices, weights, gram, ridge };
      if (indices.length > 0) {
        if (problem.solver === 'conjugate-gradient') plainConjugateGradient(system, expected, 3);
        else plainCoordinateBlocks(system, expected, problem.solver === 'blocks' ? Math.min(blockOf, stride) : stride);
      }
      for (const [k, value] of expected.entries())
        worst = Math.max(worst, Math.abs(solving.users[r * stride + k]! - value) / (1 + Math.abs(value)));
    }
    return worst;
  } finally {
    await solving.close();
  }
}

describe.each(alsSolvers)('%s', (solver) => {
  test('solves what its plain twin solves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          rank: fc.constantFrom(1, 7, 8, 20, 33, 64, 100, 144),
          seed: fc.nat(1000),
          weighted: fc.boolean(),
          regularisation: fc.constantFrom(0.003, 0.1),
          exponent: fc.constantFrom(0, 0.5, 1),
        }),
        async ({ rank, seed, weighted, regularisation, exponent }) => {
          const problem = { rank, solver, regularisation, exponent, unobservedWeight: 0.2, threads: 1 };
          expect(await compare(problem, seed, weighted)).toBeLessThan(2e-3);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('a system that is singular leaves finite numbers', async () => {
    const matrix: WeightedRows = { rows: 2, columns: 2, offsets: Int32Array.of(0, 2, 2), indices: Int32Array.of(0, 1) };
    const problem = { rank: 20, solver, regularisation: 1e-12, exponent: 1, unobservedWeight: 0, threads: 1 };
    const solving = await openAls(matrix, transposeWeighted(matrix), problem);
    solving.items.fill(0.5);
    for (let i = 0; i < 3; i++) {
      solving.solveUsers();
      solving.solveItems();
    }
    expect(solving.items.every(Number.isFinite) && solving.users.every(Number.isFinite)).toBe(true);
    expect(solving.users.subarray(solving.stride).every((value) => value === 0)).toBe(true);
    await solving.close();
  });
});
