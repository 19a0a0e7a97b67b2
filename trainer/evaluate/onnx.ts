import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { type HistoryInput, historyInputs } from '../../shared/model/history.ts';

env.wasm.numThreads = 1;
env.logLevel = 'error';

/** onnxruntime-web in Node: the reference that the kernel engine is measured against, and the engine of models outside its list. */
export interface OnnxEngine {
  readonly name: 'onnx';
  /** Float32 [rows] of features float32 [rows x F], row-major, and of the history where the model reads one. Calls must not overlap. */
  run(features: Float32Array, rows: number, history?: HistoryInput): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Tensors of a history by input name. */
function tensorsOf(rows: number, history: HistoryInput): Record<string, Tensor> {
  const heights = [rows, rows, history.events, history.events];
  return Object.fromEntries(
    historyInputs.map((name, i) => {
      const height = heights[i] as number;
      return [name, new Tensor('float32', history[name], [height, history[name].length / height])];
    }),
  );
}

/** Loads a ranker: one input [N, F], or those of one that reads a history. @throws what onnxruntime-web throws for a model that it refuses. */
export async function onnxEngine(model: Uint8Array): Promise<OnnxEngine> {
  const session = await InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 });
  const [input, output] = [session.inputNames[0] as string, session.outputNames[0] as string];
  return {
    name: 'onnx',
    async run(features, rows, history) {
      const own = { [input]: new Tensor('float32', features, [rows, features.length / rows]) };
      const results = await session.run({ ...own, ...(history && tensorsOf(rows, history)) }, [output]);
      return (results[output] as Tensor).data as Float32Array;
    },
    close: () => session.release(),
  };
}
