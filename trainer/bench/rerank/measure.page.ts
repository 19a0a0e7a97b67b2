import { type DenseExports, type RankExports, wasmDenseKernel, wasmRankKernel } from '../../../shared/kernel/rank.ts';
import { denseEngine } from '../../../shared/model/dense/engine.ts';
import { type Engine, kernelEngine } from '../../../shared/model/engine.ts';
import { onnxEngine } from '../../evaluate/onnx.ts';
import type { RerankTask, RerankTimes } from './protocol.ts';
import { visitOf } from './visit.ts';

const warmUps = 40;

const bytesOf = async (path: string) => new Uint8Array(await (await fetch(path)).arrayBuffer());

/** Runs one task on the thread that this is loaded in. */
export async function measure({ model, rows, repetitions, withOnnx }: RerankTask): Promise<RerankTimes> {
  // What a browser loads for the model: trees are not among the dense engine's operators.
  const isDense = model === 'dense';
  const [wasm, bytes] = await Promise.all([bytesOf(isDense ? '/dense.wasm' : '/rank.wasm'), bytesOf(`/${model}.onnx`)]);
  const start = performance.now();
  const { instance } = await WebAssembly.instantiate(wasm);
  const kernel: Engine & { readonly history?: object } = isDense
    ? denseEngine(bytes, wasmDenseKernel(instance.exports as unknown as DenseExports))
    : kernelEngine(bytes, wasmRankKernel(instance.exports as unknown as RankExports));
  const features = Float32Array.from({ length: rows * kernel.columns }, () =>
    Math.random() < 0.1 ? Number.NaN : Math.random() * 4 - 2,
  );
  // A model of features alone has no use for it.
  const visit = 'history' in kernel && kernel.history ? visitOf(rows) : () => undefined;
  const scores = kernel.run(features, rows, visit());
  const kernelStartMs = performance.now() - start;
  const onnx = withOnnx ? await onnxEngine(bytes) : undefined;
  const expected = onnx ? await onnx.run(features, rows, visit()) : scores;
  const onnxStartMs = performance.now() - start - kernelStartMs;
  const difference = expected.reduce((largest, score, i) => Math.max(largest, Math.abs(score - (scores[i] as number))), 0);
  const kernelMs: number[] = [];
  const onnxMs: number[] = [];
  for (let i = -warmUps; i < repetitions; i++) {
    const before = performance.now();
    kernel.run(features, rows, visit());
    const between = performance.now();
    if (onnx) await onnx.run(features, rows, visit());
    const after = performance.now();
    if (i < 0) continue;
    kernelMs.push(between - before);
    if (onnx) onnxMs.push(after - between);
  }
  return { kernelMs, onnxMs, difference, kernelStartMs, onnxStartMs };
}
