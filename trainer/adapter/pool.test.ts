import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { openPool, type Pool } from './pool.ts';

const [rows, stride, chunk] = [5000, 64, 200];

async function withPool<Result>(threads: number, use: (pool: Pool) => Result): Promise<Result> {
  const pool = await openPool('als', { threads, scratchBytes: 1024 });
  try {
    return use(pool);
  } finally {
    await pool.close();
  }
}

/** Gram matrix of the same random factors. */
function gram(pool: Pool): Float32Array {
  const random = createRandom(1, 'pool');
  const factors = pool.allocate(Float32Array, rows * stride);
  for (let i = 0; i < factors.length; i++) factors[i] = random.normal();
  const partials = pool.allocate(Float32Array, (rows / chunk) * stride * stride);
  const out = pool.allocate(Float32Array, stride * stride);
  pool.run('gram', { rows, slice: chunk }, factors.byteOffset, stride, partials.byteOffset, chunk);
  pool.run('gramSum', { rows: stride, slice: 16 }, partials.byteOffset, rows / chunk, stride, 1, out.byteOffset);
  return out.slice();
}

describe('pool', () => {
  test('the number of threads does not change a bit', async () => {
    const one = await withPool(1, gram);
    expect(one[0]).toBeGreaterThan(rows / 2);
    for (const threads of [2, 3]) expect(await withPool(threads, gram)).toEqual(one);
  });

  test('calls of one job are done in order, each whole before the next; the calling thread is free meanwhile', async () => {
    for (const threads of [1, 2, 3]) {
      await withPool(threads, (pool) => {
        const squares = Array.from({ length: 600 }, () => pool.allocate(Float32Array, stride * stride));
        const row = pool.allocate(Float32Array, stride).fill(1);
        let seen = '';
        // More calls than a job holds. Each reads what the one before it wrote: a sum that doubles, as long as it is exact.
        pool.together(
          () => {
            pool.run('gram', { rows: 1, slice: 1 }, row.byteOffset, stride, (squares[0] as Float32Array).byteOffset, 1);
            for (let n = 1; n < squares.length; n++) {
              const [from, to] = [squares[n - 1] as Float32Array, squares[n] as Float32Array];
              pool.run('gramSum', { rows: stride, slice: 8 }, from.byteOffset, 1, stride, n < 100 ? 2 : 1, to.byteOffset);
            }
            seen = 'calls';
          },
          () => {
            seen += ' meanwhile';
          },
        );
        expect(seen).toBe('calls meanwhile');
        expect(new Set(squares[1])).toEqual(new Set([2]));
        expect(new Set(squares[599])).toEqual(new Set([2 ** 99]));
      });
    }
  });

  test('a job that fails leaves the rest undone, and the pool goes on', async () => {
    await withPool(2, (pool) => {
      const expected = gram(pool);
      const out = pool.allocate(Float32Array, stride * stride);
      const failing = () => {
        pool.run('gram', { rows: 1, slice: 1 }, 2 ** 32 - 256, stride, out.byteOffset, 1);
        pool.run('gramSum', { rows: stride, slice: 8 }, out.byteOffset, 1, stride, 1, out.byteOffset);
      };
      expect(() => pool.together(failing)).toThrow(/als.gram failed on thread \d: RuntimeError/);
      expect(() => pool.together(() => pool.together(() => {}))).toThrow(/job within a job/);
      const meanwhile = () => {
        throw new Error('meanwhile');
      };
      expect(() => pool.together(() => gram(pool), meanwhile)).toThrow('meanwhile');
      expect(gram(pool)).toEqual(expected);
    });
  });

  test('allocates zeros apart from each other, and says what it holds', async () => {
    await withPool(2, (pool) => {
      const before = pool.bytes;
      const a = pool.allocate(Float64Array, 3);
      const b = pool.allocate(Uint8Array, 1_000_000).fill(255);
      expect([...a]).toEqual([0, 0, 0]);
      expect(a.byteOffset % 64).toBe(0);
      expect(b.byteOffset).toBeGreaterThanOrEqual(a.byteOffset + 64);
      expect(pool.bytes).toBeGreaterThanOrEqual(before + 900_000);
      expect(() => pool.allocate(Float64Array, 2 ** 30)).toThrow(/4,096/);
    });
  });

  test("a kernel's error reaches the caller from any thread, and the pool goes on", async () => {
    await withPool(2, (pool) => {
      const expected = gram(pool);
      const outside = 2 ** 32 - 256;
      expect(() => pool.run('gram', { rows: 1, slice: 1 }, outside, stride, 0, 1)).toThrow(/thread 0: RuntimeError/);
      // Both threads take slices, the last of which fails; sooner or later it is the worker's.
      const failures = Array.from({ length: 200 }, () => {
        const factors = pool.bytes - 2000 * stride * 4;
        try {
          pool.run('gram', { rows: 4000, slice: 200 }, factors, stride, 0, 4000);
        } catch (error) {
          return String(error);
        }
        return '';
      });
      expect(failures.every((failure) => /gram failed on thread \d: RuntimeError/.test(failure))).toBe(true);
      expect(failures.some((failure) => failure.includes('thread 1'))).toBe(true);
      expect(gram(pool)).toEqual(expected);
      expect(() => pool.run('nothing', { rows: 1, slice: 1 })).toThrow(/als has no method nothing/);
    });
  });

  test('a process that forgets to close its pool, or dies with it open, ends', () => {
    const module = new URL('./pool.ts', import.meta.url).href;
    const open = `import { openPool } from ${JSON.stringify(module)}; await openPool('als', { threads: 3, scratchBytes: 64 });`;
    const run = (code: string) => spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 20_000 });
    expect(run(open).status).toBe(0);
    expect(run(`${open} throw new Error('dies');`).status).toBe(1);
  });
});
