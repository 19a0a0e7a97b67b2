import type { GrownTree } from './tree.ts';

/** Nodes of a tree that is being grown, as the kernel walks them: 32 bytes each. */
const words = 8;

export interface Split {
  readonly column: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
}

/** A tree in the making, in shared memory. */
export interface Nodes {
  readonly address: number;
  readonly size: number;
  clear(): void;
  /** @returns the index of a new leaf. */
  add(value: number, hessian: number): number;
  split(node: number, split: Split, left: number, right: number): void;
  /** A copy, by thresholds rather than bins. */
  toTree(thresholds: readonly Float32Array[]): GrownTree;
}

/** Above every float32: a split of missing values from all others. */
const everything = 3.4028234663852886e38;

/** @param memory int32 [most x 8], on a multiple of 8 bytes. */
export function createNodes(memory: Int32Array): Nodes {
  const values = new Float64Array(memory.buffer, memory.byteOffset, memory.length / 2);
  const gain = new Float64Array(memory.length / words);
  const hessian = new Float64Array(memory.length / words);
  let size = 0;
  return {
    address: memory.byteOffset,
    get size() {
      return size;
    },
    clear() {
      size = 0;
    },
    add(value, ownHessian) {
      memory.fill(0, size * words, (size + 1) * words);
      memory[size * words + 3] = -1;
      values[size * 4 + 3] = value;
      gain[size] = 0;
      hessian[size] = ownHessian;
      return size++;
    },
    split(node, { column, bin, missingLeft, gain: ownGain }, left, right) {
      memory.set([column, bin, missingLeft ? 1 : 0, left, right], node * words);
      gain[node] = ownGain;
    },
    toTree(thresholds) {
      const word = (k: number) => Int32Array.from({ length: size }, (_, i) => memory[i * words + k] as number);
      const [feature, bin, missingLeft, left, right] = [word(0), word(1), word(2), word(3), word(4)];
      return {
        feature,
        threshold: Float32Array.from(
          feature,
          (column, i) => (thresholds[column] as Float32Array)[bin[i] as number] ?? everything,
        ),
        left,
        right,
        missingLeft: Uint8Array.from(missingLeft),
        value: Float32Array.from({ length: size }, (_, i) => ((left[i] as number) < 0 ? (values[i * 4 + 3] as number) : 0)),
        gain: gain.slice(0, size),
        hessian: hessian.slice(0, size),
      };
    },
  };
}
