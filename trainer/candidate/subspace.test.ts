import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { symmetricEigen } from './eigen.ts';
import { logOf } from './fixture.case.ts';
import { pairsOf, type Sparse } from './sparse.ts';
import { leadingSubspace } from './subspace.ts';

function randomMatrix(rows: number, columns: number, share: number): Sparse {
  const random = createRandom(3, 'matrix');
  const pairs = Array.from({ length: rows * columns }, (_, at) => [Math.floor(at / columns), at % columns] as const);
  return pairsOf(
    logOf(
      pairs.filter(() => random.uniform() < share),
      rows,
      columns,
    ),
  );
}

const entryOf = (row: number, column: number) => 1 + ((row * 7 + column * 3) % 5) / 4;

/** A^T A. */
function gramOf(matrix: Sparse): Float64Array {
  const gram = new Float64Array(matrix.columns ** 2);
  for (let r = 0; r < matrix.rows; r++) {
    const own = matrix.indices.subarray(matrix.offsets[r], matrix.offsets[r + 1]);
    for (const i of own)
      for (const j of own) gram[i * matrix.columns + j] = gram[i * matrix.columns + j]! + entryOf(r, i) * entryOf(r, j);
  }
  return gram;
}

describe('eigenvalues of a symmetric matrix', () => {
  test('with their vectors make the matrix again', () => {
    const n = 12;
    const gram = gramOf(randomMatrix(20, n, 0.3));
    const { values, vectors } = symmetricEigen(gram, n);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const sum = values.reduce((total, value, c) => total + value * vectors[i * n + c]! * vectors[j * n + c]!, 0);
        expect(sum).toBeCloseTo(gram[i * n + j]!, 9);
      }
  });
});

describe('leading subspace', () => {
  test('is that of the eigenvectors of A^T A', async () => {
    const matrix = randomMatrix(150, 110, 0.1);
    const exact = symmetricEigen(gramOf(matrix), 110);
    const { values, vectors } = await leadingSubspace(matrix, entryOf, { rank: 5, seed: 1, threads: 1 });
    for (let c = 0; c < 5; c++) {
      expect(values[c]! ** 2 / exact.values[c]!).toBeCloseTo(1, 4);
      let inner = 0;
      for (let i = 0; i < 110; i++) inner += vectors[i * 5 + c]! * exact.vectors[i * 110 + c]!;
      expect(Math.abs(inner)).toBeGreaterThan(0.99);
    }
  });

  test('of a matrix of low rank has vectors of zeros behind, and no NaN', async () => {
    const matrix = pairsOf(
      logOf(
        [
          [0, 0],
          [0, 1],
          [1, 2],
        ],
        3,
        6,
      ),
    );
    const { values, vectors } = await leadingSubspace(matrix, () => 1, { rank: 4, seed: 1, threads: 1 });
    expect([...values].map((value) => Math.round(value * 10) / 10)).toEqual([1.4, 1, 0, 0]);
    expect(vectors.every(Number.isFinite)).toBe(true);
    for (let i = 0; i < 6; i++) expect(vectors.subarray(i * 4 + 2, i * 4 + 4).every((value) => value === 0)).toBe(true);
  });

  test('is the same bits on two threads', async () => {
    const matrix = randomMatrix(300, 200, 0.05);
    const options = { rank: 8, seed: 1 };
    expect(await leadingSubspace(matrix, entryOf, { ...options, threads: 2 })).toEqual(
      await leadingSubspace(matrix, entryOf, { ...options, threads: 1 }),
    );
  });
});
