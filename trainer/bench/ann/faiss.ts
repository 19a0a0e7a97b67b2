import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Points } from '../../index/cluster.ts';
import { toNpy } from './npy.ts';

export interface FaissPoint {
  readonly index: string;
  readonly lists?: number;
  readonly probes?: number;
  readonly recall: number;
  readonly queriesPerSecond: number;
}

/** Pythons that may have FAISS: Debian's python3-faiss is for the system's own. */
const interpreters = ['python3', '/usr/bin/python3'];

/** FAISS on the same rows and queries, or undefined where no Python here has it. */
export async function measureFaiss(
  rows: Points,
  queries: Points,
  k: number,
  lists: number,
): Promise<{ version: string; points: FaissPoint[] } | undefined> {
  const run = promisify(execFile);
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-ann-'));
  try {
    for (const python of interpreters) {
      const has = await run(python, ['-c', 'import faiss, numpy']).then(
        () => true,
        () => false,
      );
      if (!has) continue;
      const files = [join(directory, 'rows.npy'), join(directory, 'queries.npy')] as const;
      await writeFile(files[0], toNpy(rows));
      await writeFile(files[1], toNpy(queries));
      const script = fileURLToPath(new URL('reference.py', import.meta.url));
      const { stdout } = await run(python, [script, ...files, String(k), String(lists)], {
        env: { ...process.env, OMP_NUM_THREADS: '1' },
      });
      return JSON.parse(stdout) as { version: string; points: FaissPoint[] };
    }
    return undefined;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
