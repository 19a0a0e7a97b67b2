import type { Item } from '../../../shared/contract/item.ts';
import { manifestId } from '../../../shared/release/manifest.ts';
import { loadKernels } from '../../adapter/kernel.ts';
import { directionsOf, vectorsOf } from '../../candidate/vectors.ts';
import { readFactors } from '../../factors/read.ts';
import { Failure } from '../../failure.ts';
import { replaceDirectory } from '../../log/replace.ts';
import { readReleaseFiles } from '../../release/read.ts';
import { withVectors } from '../../release/with-vectors.ts';
import { manifestFile, writeRelease } from '../../release/write.ts';
import { printResult } from '../../result.ts';

export interface FactorOptions {
  factors: string;
  ids?: string;
  release: string;
  out: string;
  metric: 'product' | 'cosine';
  regularisation: number;
  unobservedWeight: number;
  fittedThrough?: string;
  json?: boolean;
}

/** Below this share of items with a vector, something is probably wrong with the ids. */
const fewKnown = 0.5;

/** Puts item factors into a release in place of its own vectors. */
export async function importFactors(options: FactorOptions): Promise<void> {
  const { metric, regularisation, unobservedWeight } = options;
  if (metric !== 'product' && metric !== 'cosine') throw new Failure('usage', `--metric ${metric}: product or cosine expected.`);
  const base = await readReleaseFiles(options.release);
  const { throughMs } = base.manifest.data;
  const fittedThroughMs = options.fittedThrough === undefined ? throughMs + 1 : Date.parse(options.fittedThrough);
  if (Number.isNaN(fittedThroughMs))
    throw new Failure('usage', `--fitted-through ${options.fittedThrough}: a time such as 2026-01-31T00:00:00Z expected.`);
  const items = JSON.parse(new TextDecoder().decode(base.files.items)) as readonly Item[];
  const factors = await readFactors(
    options,
    items.map(({ id }) => id),
  );
  const penalty = { regularisation, unobservedWeight, exponent: 1 };
  const vectors = metric === 'cosine' ? directionsOf(factors) : vectorsOf(factors, penalty);
  const { openScan } = await loadKernels();
  const made = withVectors(base, { vectors, fittedThroughMs, openScan });
  await replaceDirectory(options.out, manifestFile, (directory) => writeRelease(directory, made));

  const { known, unknown, missing, zero, rank } = factors;
  const warnings = [
    'the rankers were trained with other vectors, and no figures are known: run `vitrine evaluate` before publishing',
  ];
  if (known < fewKnown * items.length) warnings.unshift(`only ${known} of ${items.length} items have a vector: check the ids`);
  if (options.fittedThrough === undefined)
    warnings.push('the factors may have seen every event: give --fitted-through to evaluate the release on what came later');
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  const release = manifestId(made.manifest);
  printResult(options.json, { release, out: options.out, rank, known, unknown, missing, zero, warnings }, [
    `Release ${release}`,
    `in ${options.out}: ${known} items have a vector of ${rank} (${zero} of zeros), ${missing} have none; ${unknown} ids are no item's.`,
  ]);
}
