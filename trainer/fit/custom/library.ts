import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import type { Random } from '../../random.ts';

/** TensorFlow.js on its WASM backend. @throws Error when the backend does not start. */
export async function openLibrary(): Promise<typeof tf> {
  if (tf.getBackend() !== 'wasm' && !(await tf.setBackend('wasm')))
    throw new Error('the WASM backend of TensorFlow.js does not start');
  return tf;
}

/** Scores [rows] of float32 [rows x width], row-major. */
export const predict = (network: tf.LayersModel, input: Float32Array, rows: number): Float32Array =>
  tf.tidy(() => (network.apply(tf.tensor2d(input, [rows, input.length / rows])) as tf.Tensor).dataSync() as Float32Array);

/**
 * Runs `work` with every draw of TensorFlow.js from `random`: initialisers and dropout without a seed take one from Math.random, and releases have to be a
 * function of data and seed. Synchronous, so that nobody else draws meanwhile.
 */
export function withRandom<Result>(random: Random, work: () => Result): Result {
  const own = Math.random;
  Math.random = () => random.uniform();
  try {
    return work();
  } finally {
    Math.random = own;
  }
}
