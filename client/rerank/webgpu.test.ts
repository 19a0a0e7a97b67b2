import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import type { DeviceEngine } from './engine.ts';
import { fasterEngine, promisingAdapter } from './webgpu.ts';

const large = new Uint8Array(600 * 1024);
const withTrees = large.slice();
withTrees.set(new TextEncoder().encode('TreeEnsembleRegressor'), 1000);

function graphics(adapter: object | null): void {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => adapter } });
}
afterEach(() => vi.unstubAllGlobals());

describe('promisingAdapter', () => {
  it('names a real adapter for a large network', async () => {
    graphics({ info: { vendor: 'acme', architecture: 'x1' } });
    expect(await promisingAdapter(large)).toBe('acme x1');
  });

  it('sees no promise without an adapter, in an imitation, for small models or trees', async () => {
    graphics(null);
    expect(await promisingAdapter(large)).toBeUndefined();
    graphics({ info: { isFallbackAdapter: true } });
    expect(await promisingAdapter(large)).toBeUndefined();
    graphics({ info: {} });
    expect(await promisingAdapter(large.subarray(0, 1000))).toBeUndefined();
    expect(await promisingAdapter(withTrees)).toBeUndefined();
    vi.stubGlobal('navigator', {});
    expect(await promisingAdapter(large)).toBeUndefined();
  });
});

/** An engine whose runs take that long on a clock of its own. */
function engine(name: string, ms: number): DeviceEngine {
  return {
    name,
    run() {
      now += ms;
      return new Float32Array(1);
    },
  };
}
let now = 0;

describe('fasterEngine', () => {
  const trial = (webgpu: () => Promise<DeviceEngine>, store = memoryStore()) => {
    vi.stubGlobal('performance', { now: () => now });
    return fasterEngine({
      wasm: engine('wasm', 10),
      openWebGpu: webgpu,
      features: new Float32Array(1),
      golden: { rows: 1 },
      store,
      fact: 'f',
    });
  };

  it('takes WebGPU only when it is clearly faster', async () => {
    expect((await trial(async () => engine('webgpu', 2))).name).toBe('webgpu');
    expect((await trial(async () => engine('webgpu', 9))).name).toBe('wasm');
  });

  it('remembers what it found, also a failure, and does not load WebGPU again to lose', async () => {
    const store = memoryStore();
    let opened = 0;
    const failing = async () => {
      opened++;
      throw new Error('device lost');
    };
    expect((await trial(failing, store)).name).toBe('wasm');
    expect((await trial(failing, store)).name).toBe('wasm');
    expect(opened).toBe(1);
  });
});
