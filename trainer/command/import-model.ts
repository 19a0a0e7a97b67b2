import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import { type FactorOptions, importFactors } from './import-model/factors.ts';
import { importOnnx, type OnnxOptions } from './import-model/onnx.ts';
import { finite, positive } from './number.ts';

type Options = Partial<Pick<FactorOptions, 'factors'> & Pick<OnnxOptions, 'onnx'>> &
  Omit<FactorOptions, 'factors'> &
  Omit<OnnxOptions, 'onnx'>;

export function register(program: Command): void {
  program
    .command('import-model')
    .description('Put item factors or a ranker that were trained elsewhere into a release, in place of its own.')
    .requiredOption('--release <dir>', 'release to begin with; it stays as it is')
    .requiredOption('--out <dir>', 'release directory to make; an existing release is replaced')
    .option('--factors <file>', 'Parquet, or a directory of it as Spark writes: (id, vector) or (id, features)')
    .option('--ids <file>', "Parquet or CSV of two columns: the factors' ids and the items' (default: they are the same)")
    .option('--metric <metric>', 'product: visitors are folded in; cosine: only directions count', 'product')
    .option('--regularisation <number>', 'of the factors, to fold visitors in', positive, 0.01)
    .option('--unobserved-weight <number>', 'weight of a pair that was not observed against 1', positive, 0.1)
    .option('--fitted-through <time>', 'ISO 8601: the model saw nothing at or after it (default: it may have seen all)')
    .option('--onnx <file>', 'ranker as ONNX, of PyTorch, LightGBM, scikit-learn or another exporter')
    .option('--role <role>', 'heavy: the device runs it; light: the edge does', 'heavy')
    .option('--columns <names>', "features of the ranker's columns, in its order, with commas between")
    .option('--output <name>', "the score among the ranker's outputs")
    .option('--fill <number>', 'what a missing feature is to the ranker (default: NaN)', finite)
    .option('--json', 'print the release and what was found as JSON')
    .action(run);
}

async function run({ factors, onnx, ...options }: Options): Promise<void> {
  if (factors !== undefined && onnx === undefined) return importFactors({ ...options, factors });
  if (onnx !== undefined && factors === undefined) return importOnnx({ ...options, onnx });
  throw new Failure('usage', 'Either --factors or --onnx is needed.');
}
