import type { Random } from '../random.ts';
import { createParameters, type Parameter, type Parameters, type Start } from './adam.ts';
import { type Indices, type Matrix, type Ops, sliceOf } from './ops.ts';

export interface TransformerShape {
  /** Width of a token, a multiple of 8 for each head. */
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
}

/** Packed sequences: tokens of sequence s are rows starts[s] to starts[s + 1]. */
export interface Packed {
  readonly tokens: number;
  readonly sequences: number;
  readonly starts: Indices;
}

/** Dropout of a pass: no rate, no mask. */
export interface Noise {
  readonly rate: number;
  readonly seed: number;
}

const names = ['gain1', 'bias1', 'qkv', 'bQkv', 'o', 'bO', 'gain2', 'bias2', 'w1', 'b1', 'w2', 'b2'] as const;
type BlockName = (typeof names)[number];

/**
 * Causal transformer blocks with layer norm before each half (Vaswani et al. 2017; Kang and McAuley 2018 for sequences of items), and one after the last:
 *
 *   x += drop(attention(norm(x) Wqkv + b) Wo + b),   x += drop(drop(relu(norm(x) W1 + b)) W2 + b)
 */
export interface Transformer {
  readonly parameters: Parameters<string>;
  /** [tokens x width]: filled by the caller; after `backward` its gradient is in `dInput`. */
  readonly input: Matrix;
  /** [tokens x width]. */
  readonly output: Matrix;
  readonly dOutput: Matrix;
  readonly dInput: Matrix;
  forward(packed: Packed, noise: Noise): void;
  /** From `dOutput` to `dInput` and the gradients of the parameters; of the last forward pass, with its noise. */
  backward(packed: Packed, noise: Noise): void;
}

/** Scratch that attention over sequences of at most `longest` tokens needs: see assembly/_attention.ts. */
export const attentionScratchBytes = (longest: number, width: number): number =>
  8192 + 4 * (8 * Math.ceil(longest / 8)) * (width + 3 * longest) + 1024;

/** @param capacity most tokens. @param trained whether `backward` will be called. */
export function createTransformer(
  ops: Ops,
  shape: TransformerShape,
  { capacity, random, trained }: { readonly capacity: number; readonly random: Random; readonly trained: boolean },
): Transformer {
  const { width, heads, blocks } = shape;
  const square: Start = { deviation: 1 / Math.sqrt(width) };
  const shapes: Record<string, readonly [number, number, Start]> = {};
  for (let b = 0; b < blocks; b++) {
    const own: Record<BlockName, readonly [number, number, Start]> = {
      gain1: [1, width, { fill: 1 }],
      bias1: [1, width, { fill: 0 }],
      qkv: [width, 3 * width, square],
      bQkv: [1, 3 * width, { fill: 0 }],
      o: [width, width, square],
      bO: [1, width, { fill: 0 }],
      gain2: [1, width, { fill: 1 }],
      bias2: [1, width, { fill: 0 }],
      w1: [width, width, square],
      b1: [1, width, { fill: 0 }],
      w2: [width, width, square],
      b2: [1, width, { fill: 0 }],
    };
    for (const name of names) shapes[`${b}.${name}`] = own[name];
  }
  shapes.gain = [1, width, { fill: 1 }];
  shapes.bias = [1, width, { fill: 0 }];
  const parameters = createParameters(ops, shapes, random);
  const of = (b: number, name: BlockName) => parameters.of[`${b}.${name}`] as Parameter;
  const tokens = (columns: number) => ops.matrix(capacity, columns);
  const kept = Array.from({ length: blocks }, () => ({
    x: tokens(width),
    normal1: tokens(width),
    stats1: ops.matrix(capacity, 2),
    qkv: tokens(3 * width),
    mixed: tokens(width),
    middle: tokens(width),
    normal2: tokens(width),
    stats2: ops.matrix(capacity, 2),
    hidden: tokens(width),
  }));
  const last = tokens(width);
  const lastStats = ops.matrix(capacity, 2);
  const [output, branch] = [tokens(width), tokens(width)];
  const [dOutput, dx, dBranch, dQkv] = trained
    ? ([tokens(width), tokens(width), tokens(width), tokens(3 * width)] as const)
    : ([output, output, output, output] as const);
  const turned = ops.matrix(3 * width, width);

  const norm = (x: Matrix, gain: Matrix, bias: Matrix, out: Matrix, stats: Matrix, rows: number) =>
    ops.pool.run('layerNorm', { rows, slice: sliceOf(16 * width) }, x.at, x.step, gain.at, bias.at, out.at, stats.at);
  const attend = (method: string, { sequences, starts }: Packed, values: readonly number[]) =>
    ops.pool.run(method, { rows: sequences, slice: 1 }, starts.byteOffset, ...values);
  const seedOf = (noise: Noise, b: number, place: number) => (noise.seed + Math.imul(4 * b + place + 1, 0x27d4eb2f)) | 0;

  /** dx += what passes through the norm; gradients of its parameters. `dNormal`: gradient of its output. */
  function normBack(
    x: Matrix,
    gain: Parameter,
    bias: Parameter,
    stats: Matrix,
    dNormal: Matrix,
    into: Matrix,
    rows: number,
  ): void {
    ops.pool.run('layerNormBack', { rows, slice: sliceOf(16 * width) }, x.at, x.step, gain.at, stats.at, dNormal.at, into.at);
    const own = [x.at, x.step, rows, stats.at, dNormal.at, gain.gradient.at, bias.gradient.at];
    ops.pool.run('layerNormParameters', { rows: width / 4, slice: 4 }, ...own);
  }

  /** Gradients of a dense layer y = x w + b, and dIn = dy w^T. */
  function denseBack(x: Matrix, w: Parameter, b: Parameter, dy: Matrix, dIn: Matrix, rows: number): void {
    ops.transposedProduct(x, dy, w.gradient, { rows });
    ops.columnSums(dy, b.gradient, rows);
    const back: Matrix = { ...turned, rows: w.columns, columns: w.rows, step: 4 * w.rows };
    ops.transpose(w, back, w.rows);
    ops.product(dy, back, dIn, { rows });
  }

  return {
    parameters,
    input: kept[0]?.x ?? last,
    output,
    dOutput,
    dInput: dx,
    forward(packed, noise) {
      const rows = packed.tokens;
      const { rate } = noise;
      for (const [b, k] of kept.entries()) {
        norm(k.x, of(b, 'gain1'), of(b, 'bias1'), k.normal1, k.stats1, rows);
        ops.product(k.normal1, of(b, 'qkv'), k.qkv, { rows, bias: of(b, 'bQkv') });
        attend('attention', packed, [k.qkv.at, heads, width / heads, k.mixed.at, rate, seedOf(noise, b, 0)]);
        ops.product(k.mixed, of(b, 'o'), branch, { rows, bias: of(b, 'bO') });
        ops.dropout(branch, k.x, k.middle, { rows, rate, seed: seedOf(noise, b, 1) });
        norm(k.middle, of(b, 'gain2'), of(b, 'bias2'), k.normal2, k.stats2, rows);
        ops.product(k.normal2, of(b, 'w1'), k.hidden, { rows, bias: of(b, 'b1') });
        ops.rectify(k.hidden, k.hidden, { rows, rate, seed: seedOf(noise, b, 2) });
        ops.product(k.hidden, of(b, 'w2'), branch, { rows, bias: of(b, 'b2') });
        ops.dropout(branch, k.middle, kept[b + 1]?.x ?? last, { rows, rate, seed: seedOf(noise, b, 3) });
      }
      norm(last, parameters.of.gain as Parameter, parameters.of.bias as Parameter, output, lastStats, rows);
    },
    backward(packed, noise) {
      const rows = packed.tokens;
      const { rate } = noise;
      // Nothing before reads it, so it may happen early, while the calls of a job are collected.
      dx.values.fill(0, 0, rows * width);
      normBack(last, parameters.of.gain as Parameter, parameters.of.bias as Parameter, lastStats, dOutput, dx, rows);
      for (let b = blocks - 1; b >= 0; b--) {
        const k = kept[b] as (typeof kept)[number];
        ops.dropout(dx, undefined, branch, { rows, rate, seed: seedOf(noise, b, 3) });
        denseBack(k.hidden, of(b, 'w2'), of(b, 'b2'), branch, dBranch, rows);
        ops.rectifyBack(k.hidden, dBranch, { rows, rate, seed: 0 });
        denseBack(k.normal2, of(b, 'w1'), of(b, 'b1'), dBranch, branch, rows);
        normBack(k.middle, of(b, 'gain2'), of(b, 'bias2'), k.stats2, branch, dx, rows);
        ops.dropout(dx, undefined, branch, { rows, rate, seed: seedOf(noise, b, 1) });
        denseBack(k.mixed, of(b, 'o'), of(b, 'bO'), branch, dBranch, rows);
        attend('attentionBack', packed, [k.qkv.at, heads, width / heads, dBranch.at, dQkv.at, rate, seedOf(noise, b, 0)]);
        denseBack(k.normal1, of(b, 'qkv'), of(b, 'bQkv'), dQkv, branch, rows);
        normBack(k.x, of(b, 'gain1'), of(b, 'bias1'), k.stats1, branch, dx, rows);
      }
    },
  };
}
