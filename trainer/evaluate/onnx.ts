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

/** How a model that was made elsewhere is asked what a ranker is asked. */
export interface ForeignSignature {
  readonly foreign: {
    readonly inputs: readonly {
      readonly name: string;
      readonly type: string;
      readonly shape?: readonly (number | undefined)[];
    }[];
  };
  /** Name of the score's output. */
  readonly output: string;
  /** Feature of each column, over all inputs, by its place among the ranker's features; and how many those are. */
  readonly places: readonly number[];
  readonly width: number;
  readonly fill?: number;
}

/** A model of another exporter in onnxruntime-web, with its own inputs and output. Of two columns of chances the second is the score. */
export async function foreignEngine(model: Uint8Array, signature: ForeignSignature): Promise<Pick<OnnxEngine, 'run'>> {
  const session = await InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 });
  const { foreign, output, places, width, fill = Number.NaN } = signature;
  const filled = (features: Float32Array, row: number, place: number): number => {
    const value = features[row * width + place] as number;
    return Number.isNaN(value) ? fill : value;
  };
  return {
    async run(features, rows) {
      let first = 0;
      const feeds: Record<string, Tensor> = {};
      for (const { name, type, shape } of foreign.inputs) {
        const columns = shape?.[1] ?? 1;
        const own = places.slice(first, first + columns);
        first += columns;
        const values = Array.from({ length: rows * columns }, (_, at) =>
          filled(features, Math.floor(at / columns), own[at % columns] as number),
        );
        const dims = shape?.length === 1 ? [rows] : [rows, columns];
        feeds[name] = tensorOf(type, values, dims);
      }
      const found = (await session.run(feeds, [output]))[output] as Tensor;
      const data = found.data as ArrayLike<number>;
      const step = data.length / rows;
      return Float32Array.from({ length: rows }, (_, row) => Number(data[row * step + step - 1]));
    },
  };
}

function tensorOf(type: string, values: readonly number[], dims: readonly number[]): Tensor {
  if (type === 'int')
    return new Tensor(
      'int64',
      BigInt64Array.from(values, (value) => BigInt(Math.trunc(value) || 0)),
      dims,
    );
  return type === 'double'
    ? new Tensor('float64', Float64Array.from(values), dims)
    : new Tensor('float32', Float32Array.from(values), dims);
}
