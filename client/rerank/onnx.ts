import type { InferenceSession } from 'onnxruntime-web/wasm';
import * as wasmRuntime from 'onnxruntime-web/wasm';
import type { GoldenCase } from '../../shared/model/golden.ts';
import { type HistoryInput, historyInputs } from '../../shared/model/history.ts';
import type { Store } from '../store/store.ts';
import { floats } from './base64.ts';
import type { DeviceEngine } from './engine.ts';
import { historyFrom } from './history-source.ts';
import { fasterEngine, promisingAdapter } from './webgpu.ts';

/**
 * onnxruntime-web: the only file that knows it. 14 MB of WASM, so it is loaded when a release asks for it or the kernel engine refuses
 * the model, and never stands between a visitor and a first ranking.
 */
export interface OnnxInput {
  readonly model: Uint8Array;
  /** Content address of the model, under which the result of the WebGPU trial is remembered. */
  readonly key: string;
  readonly golden: GoldenCase;
  readonly store: Store;
  /** Folder of the client's parts. */
  readonly base: string;
  readonly edge: string;
}

type Runtime = Pick<typeof wasmRuntime, 'env' | 'InferenceSession' | 'Tensor'>;

async function binary(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url, { credentials: 'omit' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.arrayBuffer();
}

/** Opens a session; the bytes of the runtime are handed in, so that a policy needs no more than 'wasm-unsafe-eval'. */
async function open(runtime: Runtime, wasmUrl: string, model: Uint8Array, provider: 'wasm' | 'webgpu'): Promise<DeviceEngine> {
  const { env, InferenceSession, Tensor } = runtime;
  // Threads gain nothing for rankers and would need cross-origin isolation.
  env.wasm.numThreads = 1;
  env.wasm.wasmBinary ??= await binary(wasmUrl);
  env.logLevel = 'error';
  const options: InferenceSession.SessionOptions = { executionProviders: [provider], logSeverityLevel: 3 };
  const session = await InferenceSession.create(model, options);
  const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
  return {
    name: `onnx-${provider}`,
    async run(features, rows, source) {
      const history = session.inputNames.length > 1 ? historyFrom(source) : undefined;
      const feeds = { [input]: new Tensor('float32', features, [rows, features.length / rows]) };
      for (const name of history ? historyInputs : []) {
        const values = (history as HistoryInput)[name];
        const height = name.startsWith('history') ? (history as HistoryInput).events : rows;
        feeds[name] = new Tensor('float32', values, [height, values.length / height]);
      }
      const results = await session.run(feeds, [output]);
      const scores = results[output];
      if (scores?.type !== 'float32') throw new Error(`the model gives ${scores?.type}, not float32`);
      return (await scores.getData()) as Float32Array;
    },
  };
}

/** The WASM engine; WebGPU where a trial on this device showed it to be faster. @throws when the runtime or the model does not load */
export async function openOnnxEngine({ model, key, golden, store, base, edge }: OnnxInput): Promise<DeviceEngine> {
  const wasm = await open(wasmRuntime, `${base}ort/ort-wasm-simd-threaded.wasm`, model, 'wasm');
  const adapter = await promisingAdapter(model);
  if (!adapter) return wasm;
  return fasterEngine({
    wasm,
    openWebGpu: async () =>
      open(await import('onnxruntime-web/webgpu'), `${edge}/v1/engine/ort-wasm-simd-threaded.asyncify.wasm`, model, 'webgpu'),
    features: floats(golden.features),
    golden,
    store,
    fact: `engine ${key} ${adapter}`,
  });
}
