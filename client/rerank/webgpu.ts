import type { GoldenCase } from '../../shared/model/golden.ts';
import type { Store } from '../store/store.ts';
import type { DeviceEngine } from './engine.ts';

/** Below this a model is done before a graphics card has been asked. */
const leastModelBytes = 512 * 1024;
/** How much faster WebGPU must be: it costs a large download and the card's power. */
const leastGain = 1.5;
const timedRuns = 5;

interface Adapter {
  readonly info?: { readonly vendor?: string; readonly architecture?: string; readonly isFallbackAdapter?: boolean };
  readonly isFallbackAdapter?: boolean;
}
interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

/** Whether an ASCII text occurs in the bytes. */
function holds(bytes: Uint8Array, text: string): boolean {
  const codes = Array.from(text, (character) => character.charCodeAt(0));
  for (let at = bytes.indexOf(codes[0] as number); at >= 0; at = bytes.indexOf(codes[0] as number, at + 1)) {
    if (codes.every((code, i) => bytes[at + i] === code)) return true;
  }
  return false;
}

/**
 * Name of a graphics adapter on which a trial of this model is worth its download, else undefined. `navigator.gpu` exists without any
 * adapter; a fallback adapter is a slow imitation in software; the WebGPU build has no tree ensembles.
 */
export async function promisingAdapter(model: Uint8Array): Promise<string | undefined> {
  if (model.length < leastModelBytes || holds(model, 'TreeEnsemble')) return undefined;
  const { gpu } = globalThis.navigator as { gpu?: Gpu };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter || adapter.isFallbackAdapter || adapter.info?.isFallbackAdapter) return undefined;
  return `${adapter.info?.vendor} ${adapter.info?.architecture}`;
}

async function medianMs(engine: DeviceEngine, { features, golden }: Pick<Trial, 'features' | 'golden'>): Promise<number> {
  const times: number[] = [];
  await engine.run(features, golden.rows, golden);
  for (let i = 0; i < timedRuns; i++) {
    const started = performance.now();
    await engine.run(features, golden.rows, golden);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[timedRuns >> 1] as number;
}

export interface Trial {
  readonly wasm: DeviceEngine;
  openWebGpu(): Promise<DeviceEngine>;
  readonly features: Float32Array;
  readonly golden: Pick<GoldenCase, 'rows' | 'history'>;
  readonly store: Store;
  /** Names model and adapter. */
  readonly fact: string;
}

/** The faster of both engines on these inputs; found out once per model and adapter, then remembered. */
export async function fasterEngine({ wasm, openWebGpu, store, fact, ...inputs }: Trial): Promise<DeviceEngine> {
  const known = await store.fact(fact).catch(() => undefined);
  if (known === 'wasm') return wasm;
  try {
    const webgpu = await openWebGpu();
    if (known === 'webgpu') return webgpu;
    const isFaster = (await medianMs(webgpu, inputs)) * leastGain < (await medianMs(wasm, inputs));
    await store.setFact(fact, isFaster ? 'webgpu' : 'wasm').catch(() => {});
    return isFaster ? webgpu : wasm;
  } catch {
    // The card or its driver does not take the model: remembered too, so that the download is not repeated.
    await store.setFact(fact, 'wasm').catch(() => {});
    return wasm;
  }
}
