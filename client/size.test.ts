import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../dist/site/v1/', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder) : [];
const read = (pattern: RegExp) => readFileSync(folder + (names.find((name) => pattern.test(name)) ?? 'missing'));
const brotli = (bytes: Buffer) => brotliCompressSync(bytes).length;

const tag = /^vitrine\.js$/;
const session = /^session-/;
const worker = /^worker-/;

/**
 * Bytes after Brotli. Each ceiling has its reason; raise one only with another.
 *
 * tag      the first bytes on every page
 * session  comlink 1.5 kB, then rendering, observing, the outbox
 * worker   the kernel engine 8.8 kB (every operator of the list), its WASM 2 kB, comlink 1.5 kB, idb 1.2 kB, then features, policy, store
 * sdk      all that a page needs for its first ranking on the device
 */
const ceilings = { tag: 3_000, session: 8_000, worker: 21_000, sdk: 29_000 };

describe.skipIf(names.length === 0)('the built client (skipped when dist/site is not built)', () => {
  const sizes = () => ({ tag: brotli(read(tag)), session: brotli(read(session)), worker: brotli(read(worker)) });

  it('stays under its ceilings', () => {
    const { tag, session, worker } = sizes();
    expect(tag).toBeLessThan(ceilings.tag);
    expect(session).toBeLessThan(ceilings.session);
    expect(worker).toBeLessThan(ceilings.worker);
    expect(tag + session + worker).toBeLessThan(ceilings.sdk);
  });

  it('has nothing in its first bytes that can wait', () => {
    expect(read(tag).toString()).not.toMatch(/comlink|indexedDB|ort-wasm|InferenceSession|zod|WebAssembly/i);
    expect(read(session).toString()).not.toMatch(/ort-wasm|InferenceSession|\bzod\b|WebAssembly|TreeEnsemble/i);
    expect(read(worker).toString()).not.toMatch(/ort-wasm|InferenceSession|\bzod\b/i);
  });

  it('carries the kernel inside the worker, and onnxruntime-web beside it', () => {
    expect(read(worker).toString()).toMatch(/WebAssembly/);
    expect(read(/^onnx-/).toString()).toMatch(/ort-wasm-simd-threaded\.wasm/);
    // A static asset may not be larger than 25 MiB.
    expect(statSync(`${folder}ort/ort-wasm-simd-threaded.wasm`).size).toBeLessThan(25 * 1024 * 1024);
  });
});
