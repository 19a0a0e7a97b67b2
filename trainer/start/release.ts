import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** Runs another verb of this command line in a process of its own, so that Ctrl-C and progress stay alive; returns its JSON answer. */
export type RunVerb = (args: readonly string[]) => Promise<Record<string, unknown>>;

/** Digest of a folder's file names, sizes and change times: cheap, and different whenever the input may be. */
function folderFingerprint(folder: string): string {
  const hash = createHash('sha256').update(resolve(folder));
  for (const name of readdirSync(folder).sort()) {
    const entry = statSync(join(folder, name));
    hash.update(`\n${name} ${entry.size} ${entry.mtimeMs}`);
  }
  return hash.digest('hex').slice(0, 12);
}

export interface PreparedData {
  readonly folder: string;
  /** True when an earlier start had prepared it. */
  readonly reused: boolean;
}

const datasetFile = 'dataset.json';

/**
 * The data set to train on: `source` itself when it is one, its import when it can be imported, the simulated shop when absent.
 * What an earlier start made is reused.
 */
export async function prepareData(
  source: { readonly folder: string; readonly format: 'dataset' | 'movielens' | 'csv' | 'ndjson' } | undefined,
  stateFolder: string,
  runVerb: RunVerb,
): Promise<PreparedData> {
  if (source?.format === 'dataset') return { folder: resolve(source.folder), reused: true };
  const name = source ? `${basename(resolve(source.folder))}-${folderFingerprint(source.folder)}` : 'shop';
  const folder = join(stateFolder, 'data', name);
  if (existsSync(join(folder, datasetFile))) return { folder, reused: true };
  mkdirSync(join(stateFolder, 'data'), { recursive: true });
  if (source) await runVerb(['import', '--format', source.format, '--in', source.folder, '--out', folder]);
  else await runVerb(['simulate', '--out', folder]);
  return { folder, reused: false };
}

export interface PreparedRelease {
  readonly folder: string;
  readonly reused: boolean;
}

/** A release trained on that data with this configuration; an earlier start's is reused when neither has changed. */
export async function prepareRelease(
  data: string,
  configFile: string,
  stateFolder: string,
  runVerb: RunVerb,
): Promise<PreparedRelease> {
  const key = createHash('sha256')
    .update(readFileSync(join(data, datasetFile)))
    .update(readFileSync(configFile))
    .digest('hex')
    .slice(0, 12);
  const folder = join(stateFolder, 'release', key);
  if (existsSync(join(folder, 'manifest.json'))) return { folder, reused: true };
  mkdirSync(join(stateFolder, 'release'), { recursive: true });
  await runVerb(['train', '--data', data, '--out', folder, '--config', configFile]);
  return { folder, reused: false };
}
