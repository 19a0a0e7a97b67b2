import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { writeAtomically } from '../log/atomic.ts';
import { featureSetFile, knownFeatureSets } from '../log/feature-sets.ts';
import { hoursOf, hoursSql } from '../log/layout.ts';
import type { AdminOptions, PublishTarget } from '../release/admin.ts';
import { readRegistry } from '../release/registered.ts';

export interface PulledFeatureSets {
  readonly known: number;
  /** Hashes of slates that no release of the site has: it is gone from the newest 100. */
  readonly missing: readonly string[];
}

/** Brings the feature sets that slates of a log were served with. @throws Failure refused, unreachable */
export async function pullFeatureSets(
  target: PublishTarget,
  directory: string,
  options?: AdminOptions,
): Promise<PulledFeatureSets> {
  const known = new Set(await knownFeatureSets(directory));
  const wanted = (await loggedHashes(directory)).filter((hash) => !known.has(hash));
  if (wanted.length === 0) return { known: known.size, missing: [] };
  const registry = await readRegistry(target, options);
  const held = new Set(registry.releases.map(({ manifest }) => manifest.featureHash));
  for (const hash of wanted.filter((hash) => held.has(hash))) {
    const path = featureSetFile(directory, hash);
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, canonicalJson(await registry.features(hash)));
    known.add(hash);
  }
  return { known: known.size, missing: wanted.filter((hash) => !held.has(hash)) };
}

async function loggedHashes(directory: string): Promise<string[]> {
  const hours = await hoursOf(directory, 'slate');
  if (hours.length === 0) return [];
  const database = await openDatabase();
  try {
    const rows = await database.rows<{ hash: string }>(
      `SELECT DISTINCT "featureHash" AS hash FROM ${hoursSql(directory, 'slate', hours)} WHERE octet_length(served) > 0 ORDER BY 1`,
    );
    return rows.map(({ hash }) => hash);
  } finally {
    database.close();
  }
}
