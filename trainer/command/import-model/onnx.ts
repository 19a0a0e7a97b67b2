import { readFile } from 'node:fs/promises';
import type { FeatureSetDocument } from '../../../shared/feature/definition.ts';
import { kernelEngine } from '../../../shared/model/engine.ts';
import { manifestId } from '../../../shared/release/manifest.ts';
import { loadKernels } from '../../adapter/kernel.ts';
import { foreignEngine } from '../../evaluate/onnx.ts';
import { Failure } from '../../failure.ts';
import { replaceDirectory } from '../../log/replace.ts';
import { importRanker } from '../../onnx/import.ts';
import { bytesOf } from '../../release/artifact.ts';
import { readReleaseFiles } from '../../release/read.ts';
import { withRanker } from '../../release/with-ranker.ts';
import { manifestFile, writeRelease } from '../../release/write.ts';
import { printResult } from '../../result.ts';

export interface OnnxOptions {
  onnx: string;
  role: 'light' | 'heavy';
  columns?: string;
  output?: string;
  fill?: number;
  release: string;
  out: string;
  json?: boolean;
}

/** Puts a ranker into a release in place of its own. */
export async function importOnnx(options: OnnxOptions): Promise<void> {
  const { role, output, fill } = options;
  if (role !== 'light' && role !== 'heavy') throw new Failure('usage', `--role ${role}: light or heavy expected.`);
  const base = await readReleaseFiles(options.release);
  const set = JSON.parse(new TextDecoder().decode(bytesOf(base.files, 'features'))) as FeatureSetDocument;
  const bytes = await readFile(options.onnx);
  const kernels = await loadKernels();
  const columns = options.columns?.split(',').map((name) => name.trim());
  const ranker = importRanker(bytes, { columns: set[role], featureHash: set.hash }, kernels.rank, {
    ...(columns && { columns }),
    ...(output !== undefined && { output }),
    ...(fill !== undefined && { fill }),
  });
  const places = ranker.columns.map((name) => set[role].indexOf(name));
  const reference = await foreignEngine(ranker.original, {
    ...ranker,
    places,
    width: set[role].length,
    ...(fill !== undefined && { fill }),
  });
  const engine = kernelEngine(ranker.model, kernels.rank);
  const made = await withRanker(base, { role, model: ranker.model, engine, reference });
  await replaceDirectory(options.out, manifestFile, (directory) => writeRelease(directory, made));

  const unused = set[role].filter((name) => !ranker.columns.includes(name));
  const warnings = ['no figures are known of this ranker here: run `vitrine evaluate` before publishing'];
  if (unused.length > 0) warnings.push(`it does not read ${unused.join(', ')}`);
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  const release = manifestId(made.manifest);
  const result = { release, out: options.out, role, columns: ranker.columns, bytes: ranker.model.length, warnings };
  printResult(options.json, result, [
    `Release ${release}`,
    `in ${options.out}: its ${role} ranker reads ${ranker.columns.length} of ${set[role].length} features, ${ranker.model.length} bytes; it scores as the model it is made of.`,
  ]);
}
