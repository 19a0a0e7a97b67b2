import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WeightedRows } from '../../candidate/weighted-rows.ts';

const script = fileURLToPath(new URL('openblas.py', import.meta.url));

export interface OpenBlas {
  readonly solver: string;
  /** Of each iteration. */
  readonly seconds: readonly number[];
}

/** Whether `python3` can import numpy (Debian: python3-numpy; python3-scipy lends it ssyrk and sposv). */
export const hasNumpy = (): boolean => spawnSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' }).status === 0;

/** Runs the reference on the same matrix. */
export async function runOpenBlas(
  pairs: WeightedRows,
  transposed: WeightedRows,
  rank: number,
  iterations: number,
): Promise<OpenBlas> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-als-'));
  try {
    for (const [side, { offsets, indices }] of Object.entries({ users: pairs, items: transposed })) {
      await writeFile(join(folder, `${side}.offsets`), offsets);
      await writeFile(join(folder, `${side}.indices`), indices);
    }
    const args = [script, folder, pairs.rows, pairs.columns, rank, iterations].map(String);
    const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`openblas.py ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
    return JSON.parse(stdout) as OpenBlas;
  } finally {
    await rm(folder, { recursive: true });
  }
}
