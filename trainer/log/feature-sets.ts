import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { featureSetHash } from '../../shared/feature/create.ts';
import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { Failure } from '../failure.ts';

/** Where a log directory keeps the feature sets that its slates were served with. */
export const featureSetFile = (directory: string, hash: string): string => join(directory, 'feature-sets', `${hash}.json`);

/** Hashes of the feature sets that a log directory has. */
export async function knownFeatureSets(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, 'feature-sets')).catch(() => [] as string[]);
  return names.flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []).sort();
}

/** The feature sets that a log directory has, by hash. @throws Failure `bad-input` when one is not what its name says; both hashes are in the message. */
export async function readFeatureSets(directory: string): Promise<FeatureSetDocument[]> {
  const sets: FeatureSetDocument[] = [];
  for (const hash of await knownFeatureSets(directory)) {
    const path = featureSetFile(directory, hash);
    const document = JSON.parse(await readFile(path, 'utf8')) as FeatureSetDocument;
    const found = featureSetHash(document);
    if (found !== hash)
      throw new Failure(
        'bad-input',
        `${path} holds the feature set ${found}, not ${hash}.`,
        'Remove it and run `vitrine pull` again.',
      );
    sets.push(document);
  }
  return sets;
}
