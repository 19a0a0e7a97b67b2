import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { firstOrder, sdk, tag } from './e2e/first-order.ts';

const folder = fileURLToPath(new URL('../dist/site/v1/', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder) : [];
const read = (pattern: RegExp) => readFileSync(folder + (names.find((name) => pattern.test(name)) ?? 'missing'));
const weight = (...patterns: RegExp[]) => patterns.reduce((sum, pattern) => sum + brotliCompressSync(read(pattern)).length, 0);
const holds = (pattern: RegExp, text: RegExp) => text.test(read(pattern).toString());

/** Fetched after the first device order of a first visit: what knows, writes down and reports what the visitor did. */
const later = [/^past-/, /^store-/, /^outbox-/];

/** Bytes after Brotli, each file alone, as a browser fetches them. Hashes in names move them by some twenty. */
const ceilings = {
  tag: 3_000,
  firstOrder: 15_000,
  /** Of these 2.6 kB for the outbox: retries, drops, what a closing page may carry, which of several tabs sends what, forgetting. */
  /** And .1 for the door to private retrieval, whose own 8.7 kB only its surfaces load. */
  everything: 23_800,
};

describe.skipIf(names.length === 0)('the built client (skipped when dist/site is not built)', () => {
  it('has a small tag', () => {
    expect(weight(tag)).toBeLessThanOrEqual(ceilings.tag);
  });

  it('brings a first device order, with consent, within the budget', () => {
    expect(weight(...firstOrder)).toBeLessThanOrEqual(ceilings.firstOrder);
  });

  it('stays small with all that a consenting visitor fetches', () => {
    expect(weight(...firstOrder, ...later)).toBeLessThanOrEqual(ceilings.everything);
  });

  it('has nothing in its first bytes that can wait', () => {
    expect(holds(tag, /comlink|indexedDB|ort-wasm|InferenceSession|zod|WebAssembly/i)).toBe(false);
    expect(holds(sdk, /ort-wasm|InferenceSession|\bzod\b|nodes_truenodeids|createObjectStore/i)).toBe(false);
  });

  it('is whole: a blob worker has no address to import from', () => {
    expect(holds(sdk, /\bfrom\s*["'`]|\bimport\s*["'`]/)).toBe(false);
  });

  it('has its other parts beside it', () => {
    expect(holds(/^full-/, /nodes_truenodeids/)).toBe(true);
    expect(holds(/^onnx-/, /ort-wasm-simd-threaded\.wasm/)).toBe(true);
    // A static asset may not be larger than 25 MiB.
    expect(statSync(`${folder}ort/ort-wasm-simd-threaded.wasm`).size).toBeLessThan(25 * 1024 * 1024);
  });
});
