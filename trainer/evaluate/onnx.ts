import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';

env.wasm.numThreads = 1;
env.logLevel = 'error';

/** onnxruntime-web in Node: the reference that the kernel engine is measured against, and the engine of models outside its list. */
export interface OnnxEngine {
  readonly name: 'onnx';
  /** Float32 [rows] of features float32 [rows x F], row-major. Calls must not overlap. */
  run(features: Float32Array, rows: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Loads a ranker: one input [N, F], one output. @throws what onnxruntime-web throws for a model that it refuses. */
export async function onnxEngine(model: Uint8Array): Promise<OnnxEngine> {
  const session = await InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 });
  const [input, output] = [session.inputNames[0] as string, session.outputNames[0] as string];
  return {
    name: 'onnx',
    async run(features, rows) {
      const results = await session.run({ [input]: new Tensor('float32', features, [rows, features.length / rows]) });
      return (results[output] as Tensor).data as Float32Array;
    },
    close: () => session.release(),
  };
}
