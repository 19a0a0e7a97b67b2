import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TreeRows } from '../../fit/trees/rows.ts';

const script = fileURLToPath(new URL('xgboost.py', import.meta.url));
/** Debian's python3-xgboost is for the system's own Python. */
const interpreters = ['python3', '/usr/bin/python3'];

export interface Reference {
  readonly version: string;
  readonly seconds: number;
  readonly auc: number;
}

export interface ReferenceSettings {
  readonly trees: number;
  readonly depth: number;
  readonly learningRate: number;
  readonly threads: number;
}

export interface XgBoost {
  fit(settings: ReferenceSettings): Reference;
  close(): Promise<void>;
}

/** XGBoost on these rows, or undefined where no Python here has it. */
export async function openXgBoost(train: TreeRows, test: TreeRows): Promise<XgBoost | undefined> {
  const python = interpreters.find((own) => spawnSync(own, ['-c', 'import xgboost, numpy'], { stdio: 'ignore' }).status === 0);
  if (python === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-gbdt-'));
  for (const [part, { features, labels }] of Object.entries({ train, test })) {
    await writeFile(join(folder, `${part}.features`), features);
    await writeFile(join(folder, `${part}.labels`), labels);
  }
  return {
    fit({ trees, depth, learningRate, threads }) {
      const args = [script, folder, train.columns, trees, depth, learningRate, threads].map(String);
      const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`xgboost.py ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
      return JSON.parse(stdout) as Reference;
    },
    close: () => rm(folder, { recursive: true }),
  };
}
