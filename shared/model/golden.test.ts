import { expect, test } from 'vitest';
import { toBase64 } from './base64.ts';
import { goldenMismatch } from './golden.ts';

const features = Float32Array.of(1, 2, Number.NaN, 4);
const golden = { rows: 2, features: toBase64(new Uint8Array(features.buffer)), scores: [0.5, 2000] };
const engineOf = (...scores: number[]) => ({
  run(given: Float32Array, rows: number) {
    expect([Array.from(given), rows]).toEqual([Array.from(features), 2]);
    return Float32Array.from(scores);
  },
});

test('passes an engine within the tolerance, absolute below one and relative above', () => {
  expect(goldenMismatch(engineOf(0.500009, 2000.01), golden)).toBeUndefined();
});

test('names the first row that differs, also a NaN and a missing row', () => {
  expect(goldenMismatch(engineOf(0.50002, 2000), golden)).toMatch(/^row 0/);
  expect(goldenMismatch(engineOf(0.5, 2000.1), golden)).toMatch(/^row 1/);
  expect(goldenMismatch(engineOf(Number.NaN, 2000), golden)).toMatch(/^row 0/);
  expect(goldenMismatch(engineOf(0.5), golden)).toMatch(/1 scores/);
});
