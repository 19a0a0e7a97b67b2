import { fromBase64 } from './base64.ts';
import type { Engine } from './engine.ts';
import { decodeHistory, type GoldenHistory } from './history.ts';

/** Inputs of one model and what the reference engine made of them. */
export interface GoldenCase {
  readonly rows: number;
  /** Base64 of float32 little-endian [rows x F], row-major, NaN = missing. */
  readonly features: string;
  /** Of a model that reads a history. */
  readonly history?: GoldenHistory;
  readonly scores: readonly number[];
}

/** Seeds, by ordinal and newest first, and the queries that the reference engine made of them. */
export interface GoldenQuery {
  readonly seeds: readonly number[];
  readonly query: readonly number[];
}

/** `golden.json` of a release. */
export interface GoldenDocument {
  readonly version: 1;
  readonly light: GoldenCase;
  readonly heavy: GoldenCase;
  /** Of the encoder, where there is one. */
  readonly encoder?: readonly GoldenQuery[];
}

/** The first difference between the engine and the case, in words; undefined when there is none. Tolerance is absolute below 1, relative above. */
export function goldenMismatch(engine: Pick<Engine, 'run'>, golden: GoldenCase, tolerance = 1e-5): string | undefined {
  const bytes = fromBase64(golden.features);
  const history = golden.history && decodeHistory(golden.history);
  const scores = engine.run(new Float32Array(bytes.buffer, 0, bytes.length >> 2), golden.rows, history);
  return scoresMismatch(scores, golden, tolerance);
}

/** The first difference between what is made of golden seeds and what should be, in words; undefined when there is none. */
export function encoderMismatch(
  encode: (seeds: readonly number[]) => Float32Array,
  golden: readonly GoldenQuery[],
): string | undefined {
  for (const { seeds, query } of golden) {
    const mismatch = scoresMismatch(encode(seeds), { scores: query });
    if (mismatch !== undefined) return `seeds ${seeds.join(', ')}: ${mismatch}`;
  }
  return undefined;
}

/** The same for scores that an asynchronous engine has already computed. */
export function scoresMismatch(scores: Float32Array, golden: Pick<GoldenCase, 'scores'>, tolerance = 1e-5): string | undefined {
  if (scores.length !== golden.scores.length) return `${scores.length} scores, golden ${golden.scores.length}`;
  for (const [row, expected] of golden.scores.entries()) {
    const score = scores[row] as number;
    if (!(Math.abs(score - expected) <= tolerance * Math.max(1, Math.abs(expected))))
      return `row ${row}: ${score}, golden ${expected}`;
  }
  return undefined;
}
