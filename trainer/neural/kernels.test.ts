import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainAttention, plainAttentionBack } from '../../shared/kernel/attention-plain.ts';
import {
  type Numbers,
  plainAdam,
  plainLayerNorm,
  plainLayerNormBack,
  plainPool,
  plainPoolBack,
  plainProduct,
  plainSoftmaxLoss,
  plainTranspose,
} from '../../shared/kernel/neural-plain.ts';
import { openPool, type Pool, type SharedArrayType } from '../adapter/pool.ts';
import { createRandom } from '../random.ts';

/** Largest difference, relative above 1. */
function off(actual: Numbers, expected: Numbers): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Array.from(expected).reduce((worst, value, k) => {
    const difference = Math.abs(actual[k]! - value) / Math.max(1, Math.abs(value));
    return difference <= worst ? worst : difference;
  }, 0);
}
const close = 2e-5;

let pool: Pool;
beforeAll(async () => {
  await tf.setBackend('cpu');
  pool = await openPool('neural', { threads: 2, scratchBytes: 1 << 20 });
});
afterAll(() => pool.close());

const random = createRandom(3, 'kernels');
const normal = (length: number, spread = 1) => Float32Array.from({ length }, () => spread * random.normal());
const share = <T extends Float32Array | Int32Array>(values: T): T => {
  const type = values.constructor as unknown as SharedArrayType<T>;
  const shared = pool.allocate(type, values.length);
  shared.set(values);
  return shared;
};
const room = (length: number) => pool.allocate(Float32Array, length);
const ints = (...values: number[]) => share(Int32Array.from(values));

describe.each([
  [1, 8, 8],
  [7, 24, 16],
  [64, 64, 64],
  [37, 304, 40],
])('products of %i rows, %i inner, %i columns', (rows, inner, columns) => {
  const data = () => ({ a: share(normal(rows * inner)), b: share(normal(inner * columns)), bias: share(normal(columns)) });

  test('product', () => {
    const { a, b, bias } = data();
    const out = room(rows * columns);
    const run = (more: number) =>
      pool.run(
        'product',
        { rows, slice: 4 },
        ...[
          a.byteOffset,
          4 * inner,
          inner,
          b.byteOffset,
          4 * columns,
          columns,
          bias.byteOffset,
          out.byteOffset,
          4 * columns,
          more,
        ],
      );
    run(0);
    const expected = plainProduct(a, b, inner, bias);
    expect(off(out, expected)).toBeLessThan(close);
    run(1);
    const twice = expected.map((value, k) => 2 * value - bias[k % columns]!);
    expect(off(out, twice)).toBeLessThan(close);
  });

  test('gradients of a dense layer are those of tfjs', () => {
    const { a, b, bias } = data();
    const g = share(normal(rows * columns));
    const [dA, dB, dBias, turned] = [room(rows * inner), room(inner * columns), room(columns), room(columns * inner)];
    pool.run('transpose', { rows: inner, slice: 5 }, b.byteOffset, 4 * columns, columns, turned.byteOffset, 4 * inner);
    const input = [g.byteOffset, 4 * columns, columns, turned.byteOffset, 4 * inner, inner, 0, dA.byteOffset, 4 * inner, 0];
    pool.run('product', { rows, slice: 8 }, ...input);
    const weights = [a.byteOffset, 4 * inner, rows, g.byteOffset, 4 * columns, columns, dB.byteOffset, 4 * columns, 0];
    pool.run('transposedProduct', { rows: inner, slice: 12 }, ...weights);
    pool.run('columnSums', { rows: columns / 4, slice: 1 }, g.byteOffset, 4 * columns, rows, dBias.byteOffset);
    const [tA, tB, tBias] = tf.grads((x, w, b) =>
      tf.sum(tf.mul(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b!), tf.tensor(g, [rows, columns]))),
    )([tf.tensor(a, [rows, inner]), tf.tensor(b, [inner, columns]), tf.tensor(bias)]);
    expect(off(dA, tA!.dataSync() as Float32Array)).toBeLessThan(close);
    expect(off(dB, tB!.dataSync() as Float32Array)).toBeLessThan(close);
    expect(off(dBias, tBias!.dataSync() as Float32Array)).toBeLessThan(close);
  });
});

test('layer norm: plain twin, and gradients of tfjs', () => {
  const [rows, width] = [13, 24];
  const [x, gain, bias, g] = [normal(rows * width, 3), normal(width), normal(width), normal(rows * width)].map((values) =>
    share(values),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const [out, stats, dx, dGain, dBias] = [room(rows * width), room(2 * rows), room(rows * width), room(width), room(width)];
  const step = 4 * width;
  pool.run(
    'layerNorm',
    { rows, slice: 4 },
    x.byteOffset,
    step,
    gain.byteOffset,
    bias.byteOffset,
    out.byteOffset,
    stats.byteOffset,
  );
  const back = [x.byteOffset, step, gain.byteOffset, stats.byteOffset, g.byteOffset, dx.byteOffset];
  pool.run('layerNormBack', { rows, slice: 4 }, ...back);
  const parameters = [x.byteOffset, step, rows, stats.byteOffset, g.byteOffset, dGain.byteOffset, dBias.byteOffset];
  pool.run('layerNormParameters', { rows: width / 4, slice: 1 }, ...parameters);
  expect(off(out, plainLayerNorm(x, gain, bias))).toBeLessThan(close);
  const plain = plainLayerNormBack(x, gain, g);
  expect(off(dx, plain.dx)).toBeLessThan(close);
  expect(off(dGain, plain.dGain)).toBeLessThan(close);
  expect(off(dBias, plain.dBias)).toBeLessThan(close);
  const gradients = tf.grads((x, gain, bias) => {
    const { mean, variance } = tf.moments(x!, 1, true);
    const z = tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, 1e-5)));
    return tf.sum(tf.mul(tf.add(tf.mul(z, gain!), bias!), tf.tensor(g, [rows, width])));
  })([tf.tensor(x, [rows, width]), tf.tensor(gain), tf.tensor(bias)]);
  for (const [k, own] of [dx, dGain, dBias].entries())
    expect(off(own, gradients[k]!.dataSync() as Float32Array)).toBeLessThan(close);
});

test.each([0, 0.3])('causal attention with dropout %f: plain twin, and gradients of tfjs', (rate) => {
  const [heads, width, seed] = [2, 8, 77];
  const lengths = [1, 5, 0, 21, 8];
  const starts = ints(0, ...lengths.map((_, s) => lengths.slice(0, s + 1).reduce((sum, n) => sum + n, 0)));
  const tokens = starts.at(-1)!;
  const step = heads * width;
  const [qkv, g, out, dQkv] = [
    share(normal(tokens * 3 * step)),
    share(normal(tokens * step)),
    room(tokens * step),
    room(tokens * 3 * step),
  ];
  const work = { rows: lengths.length, slice: 1 };
  pool.run('attention', work, starts.byteOffset, qkv.byteOffset, heads, width, out.byteOffset, rate, seed);
  pool.run('attentionBack', work, starts.byteOffset, qkv.byteOffset, heads, width, g.byteOffset, dQkv.byteOffset, rate, seed);
  const keep = (s: number, head: number, r: number, c: number) =>
    keptOf(seed + Math.imul(s, 0x9e3779b1) + Math.imul(head, 0x85ebca6b), r * Math.ceil(lengths[s]! / 8) * 8 + c, rate);
  const sequences = { qkv, starts, heads, width, kept: keep };
  expect(off(out, plainAttention(sequences))).toBeLessThan(close);
  expect(off(dQkv, plainAttentionBack(sequences, g))).toBeLessThan(close);
  if (rate > 0) return;
  const loss = (qkv: tf.Tensor) => {
    let sum: tf.Tensor = tf.scalar(0);
    for (const [s, length] of lengths.entries()) {
      if (length === 0) continue;
      const part = (which: number, head: number) =>
        tf.slice(qkv as tf.Tensor2D, [starts[s]!, which * step + head * width], [length, width]) as tf.Tensor2D;
      for (let head = 0; head < heads; head++) {
        const mask = tf.tensor2d(Array.from({ length }, (_, r) => Array.from({ length }, (_, c) => (c > r ? -1e9 : 0))));
        const logits = tf.div(tf.matMul(part(0, head), part(1, head), false, true), Math.sqrt(width));
        const mixed = tf.matMul(tf.softmax(tf.add(logits, mask)) as tf.Tensor2D, part(2, head));
        const own = tf.slice(tf.tensor2d(g, [tokens, step]), [starts[s]!, head * width], [length, width]);
        sum = tf.add(sum, tf.sum(tf.mul(mixed, own)));
      }
    }
    return sum as tf.Scalar;
  };
  const expected = tf
    .grad(loss)(tf.tensor(qkv, [tokens, 3 * step]))
    .dataSync() as Float32Array;
  expect(off(dQkv, expected)).toBeLessThan(close);
});

test.each([
  [8, 8],
  [37, 304],
])('softmax loss of %i rows over %i candidates: plain twin, and gradients of tfjs', (rows, count) => {
  const width = 16;
  const [x, candidates, offsets] = [share(normal(rows * width)), share(normal(count * width)), share(normal(count))];
  offsets[count - 1] = -1e30;
  const weights = share(Float32Array.from({ length: rows }, () => random.uniform()));
  const targets = ints(...Array.from({ length: rows }, () => random.below(count - 1)));
  const stride = 4 * (count + 8);
  const [turned, slopes, losses, dx, dCandidates] = [
    room(count * width),
    room(rows * (count + 8)),
    room(rows),
    room(rows * width),
    room(count * width),
  ];
  pool.run('transpose', { rows: count, slice: 8 }, candidates.byteOffset, 4 * width, width, turned.byteOffset, 4 * count);
  pool.run(
    'softmaxLoss',
    { rows, slice: 16 },
    ...[x.byteOffset, 4 * width, candidates.byteOffset, turned.byteOffset, 4 * count, count, offsets.byteOffset],
    ...[targets.byteOffset, weights.byteOffset, slopes.byteOffset, stride, losses.byteOffset, dx.byteOffset],
  );
  const back = [slopes.byteOffset, stride, rows, x.byteOffset, 4 * width, width, dCandidates.byteOffset, 4 * width, 0];
  pool.run('transposedProduct', { rows: count, slice: 12 }, ...back);
  const plain = plainSoftmaxLoss({ x, candidates, width, offsets, targets, weights });
  expect(off(losses, plain.losses)).toBeLessThan(close);
  expect(off(dx, plain.dx)).toBeLessThan(close);
  expect(off(dCandidates, plain.dCandidates)).toBeLessThan(close);
  const gradients = tf.grads((x, c) => {
    const logits = tf.add(tf.matMul(x as tf.Tensor2D, c as tf.Tensor2D, false, true), tf.tensor(offsets));
    const chosen = tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(Array.from(targets), count)), 1);
    return tf.neg(tf.sum(tf.mul(chosen, tf.tensor(weights))));
  })([tf.tensor(x, [rows, width]), tf.tensor(candidates, [count, width])]);
  expect(off(dx, gradients[0]!.dataSync() as Float32Array)).toBeLessThan(close);
  expect(off(dCandidates, gradients[1]!.dataSync() as Float32Array)).toBeLessThan(close);
});

test('attention pooling: plain twin, whose gradients are central differences', () => {
  const [width, vectorCount] = [8, 11];
  const starts = ints(0, 3, 3, 10, 14);
  const slots = ints(...Array.from({ length: 14 }, () => random.below(vectorCount)));
  const rows = 4;
  const [vectors, query, places, g] = [
    share(normal(vectorCount * width)),
    share(normal(width)),
    share(normal(8)),
    share(normal(rows * width)),
  ];
  const [weights, pooled, slopes, dVectors, sums, dPlaces] = [
    room(14),
    room(rows * width),
    room(14),
    room(vectorCount * width),
    room(vectorCount),
    room(8),
  ];
  const step = 4 * width;
  const forward = [starts, slots, vectors, query, places, weights, pooled].map((array) => array.byteOffset);
  pool.run('pool', { rows, slice: 1 }, ...forward, step);
  const backward = [starts, slots, vectors, weights, pooled, g, slopes].map((array) => array.byteOffset);
  pool.run('poolBack', { rows, slice: 1 }, ...backward, step);
  const members = slots.length;
  const bySlot = Array.from({ length: vectorCount }, (_, s) => [...slots.keys()].filter((p) => slots[p] === s));
  const offsets = ints(0, ...bySlot.map((_, s) => bySlot.slice(0, s + 1).flat().length));
  const rowOf = ints(...Array.from({ length: members }, (_, p) => [3, 3, 10, 14].findIndex((end) => p < end)));
  const scatter = [offsets, ints(...bySlot.flat()), rowOf, weights, slopes, g, query, dVectors, sums].map(
    (array) => array.byteOffset,
  );
  const fresh = 1;
  dVectors.fill(7, fresh * width);
  pool.run('poolScatter', { rows: vectorCount, slice: 2 }, ...scatter, step, fresh);
  pool.run('placeSums', { rows: 8, slice: 3 }, starts.byteOffset, slopes.byteOffset, rows, dPlaces.byteOffset);
  const pooling = { vectors, starts, slots, query, places };
  const plain = plainPoolBack(pooling, g);
  expect(off(pooled, plainPool(pooling).pooled)).toBeLessThan(close);
  expect(off(dVectors, plain.dVectors)).toBeLessThan(close);
  expect(off(dPlaces, plain.dPlaces)).toBeLessThan(close);
  expect(off(plainProduct(sums, vectors, vectorCount), plain.dQuery)).toBeLessThan(close);
  const loss = (changed: Partial<typeof pooling>) =>
    plainPool({ ...pooling, ...changed }).pooled.reduce((sum, value, k) => sum + value * g[k]!, 0);
  for (const [name, slope] of [
    ['vectors', plain.dVectors],
    ['query', plain.dQuery],
    ['places', plain.dPlaces],
  ] as const) {
    const difference = (k: number, by: number) =>
      loss({ [name]: Float64Array.from(pooling[name]).map((v, j) => (j === k ? v + by : v)) });
    const numeric = slope.map((_, k) => (difference(k, 1e-5) - difference(k, -1e-5)) / 2e-5);
    expect(off(slope, numeric)).toBeLessThan(1e-6);
  }
});

test('rows are gathered, and their gradients summed in order where they belong', () => {
  // One block of 32 columns and a rest.
  const width = 40;
  const [table, places, out] = [share(normal(9 * width)), share(normal(3 * width)), room(4 * width)];
  const [ids, at] = [ints(8, 0, 8, 3), ints(2, 1, 0, 2)];
  const gathered = [ids.byteOffset, table.byteOffset, 0.5, at.byteOffset, places.byteOffset, out.byteOffset, 4 * width];
  pool.run('gather', { rows: 4, slice: 3 }, ...gathered);
  const expected = out.map(
    (_, k) =>
      0.5 * table[ids[Math.floor(k / width)]! * width + (k % width)]! + places[at[Math.floor(k / width)]! * width + (k % width)]!,
  );
  expect(off(out, expected)).toBeLessThan(close);
  const [offsets, members, weights, sums] = [
    ints(0, 2, 2, 3),
    ints(0, 2, 1),
    share(Float32Array.of(1, 2, 3, 4)),
    share(normal(3 * width).fill(1)),
  ];
  const summed = [offsets, members, weights, out].map((array) => array.byteOffset);
  pool.run('sumRows', { rows: 3, slice: 1 }, ...summed, 2, sums.byteOffset, 4 * width, 1);
  const row = (r: number, k: number) => out[r * width + k]!;
  expect(
    off(
      sums,
      Float32Array.from(sums, (_, at) => {
        const k = at % width;
        return [1 + 2 * row(0, k) + 6 * row(2, k), 1, 1 + 4 * row(1, k)][Math.floor(at / width)]!;
      }),
    ),
  ).toBeLessThan(close);
});

test('item vectors: own row, if kept, and weighted features', () => {
  const width = 8;
  const [table, features, out] = [share(normal(3 * width)), share(normal(4 * width)), room(3 * width)];
  const [items, keep] = [ints(2, 0, 1), share(Float32Array.of(1, 0, 1))];
  const [offsets, own, weights] = [ints(0, 2, 2, 3), ints(3, 1, 0), share(Float32Array.of(0.5, 1, 2))];
  const inputs = [items, keep, table, offsets, own, weights, features, out].map((array) => array.byteOffset);
  pool.run('itemVectors', { rows: 3, slice: 1 }, ...inputs, 4 * width);
  const f = (row: number, k: number) => features[row * width + k]!;
  const expected = out.map((_, at) => {
    const k = at % width;
    const vectors = [table[2 * width + k]! + 2 * f(0, k), 0.5 * (f(3, k) + f(1, k)), table[width + k]!];
    return vectors[Math.floor(at / width)]!;
  });
  expect(off(out, expected)).toBeLessThan(close);
});

test('dropout keeps the share it says, by position and seed, and passes the gradient where it kept', () => {
  const n = 40_000;
  const [x, g, out] = [share(normal(n)), share(normal(n)), room(n)];
  pool.run('rectify', { rows: n / 4, slice: 999 }, x.byteOffset, out.byteOffset, 0.25, 5);
  const expected = out.map((_, k) => Math.max(0, x[k]!) * keptOf(5, k, 0.25));
  expect(off(out, expected)).toBeLessThan(close);
  const before = g.slice();
  pool.run('rectifyBack', { rows: n / 4, slice: 999 }, out.byteOffset, g.byteOffset, 0.25);
  expect(
    off(
      g,
      before.map((value, k) => (out[k]! > 0 ? value / 0.75 : 0)),
    ),
  ).toBeLessThan(close);
  pool.run('dropout', { rows: n / 4, slice: 999 }, x.byteOffset, x.byteOffset, out.byteOffset, 0.25, 6);
  const kept = out.reduce((count, value, k) => count + Number(value !== x[k]), 0) / n;
  expect(Math.abs(kept - 0.75)).toBeLessThan(0.01);
});

test('Adam and row-wise Adagrad step as their formulas say', () => {
  const width = 8;
  const [table, mean, square, g] = [share(normal(5 * width)), room(5 * width), room(5 * width), share(normal(2 * width))];
  const ids = ints(4, 1);
  const state = { x: Float64Array.from(table), mean: new Float64Array(5 * width), square: new Float64Array(5 * width) };
  const spread = new Float64Array(5 * width);
  for (const [r, id] of ids.entries()) spread.set(g.subarray(r * width, (r + 1) * width), id * width);
  for (const t of [1, 2, 3]) {
    const rates = [0.01 / (1 - 0.9 ** t), 1 / (1 - 0.999 ** t), 0.9, 0.999, 0.01 * 0.1];
    const addresses = [ids, table, g, mean, square].map((array) => array.byteOffset);
    pool.run('adam', { rows: 2, slice: 1 }, ...addresses, 4 * width, ...rates);
    plainAdam(state, spread, { rate: 0.01, decay: 0.1, t });
  }
  for (const id of ids)
    expect(off(table.subarray(id * width, (id + 1) * width), state.x.subarray(id * width, (id + 1) * width))).toBeLessThan(close);
  const [rows, squares, scales] = [share(normal(5 * width)), room(5), share(Float32Array.of(1, 0))];
  const before = rows.slice();
  const addresses = [ids, rows, g, scales, squares].map((array) => array.byteOffset);
  pool.run('rowAdagrad', { rows: 2, slice: 1 }, ...addresses, 4 * width, 0.3);
  const sum = g.subarray(0, width).reduce((total, value) => total + value * value, 0) / width;
  const expected = before.map((value, at) =>
    Math.floor(at / width) === 4 ? value - (0.3 * g[at - 4 * width]!) / Math.sqrt(sum) : value,
  );
  expect(off(rows, expected)).toBeLessThan(close);
});

test('a transpose turns rows into columns', () => {
  const a = share(normal(7 * 10));
  const out = room(10 * 8);
  pool.run('transpose', { rows: 7, slice: 2 }, a.byteOffset, 40, 10, out.byteOffset, 32);
  const turned = plainTranspose(a, 10);
  for (let c = 0; c < 10; c++) expect(off(out.subarray(c * 8, c * 8 + 7), turned.subarray(c * 7, c * 7 + 7))).toBe(0);
});

/** Factor of element `index`: 0 or 1 / (1 - rate). */
function keptOf(seed: number, index: number, rate: number): number {
  const mixed = (x: number) => {
    let h = x ^ (x >>> 16);
    h = Math.imul(h, 0x7feb352d);
    h ^= h >>> 15;
    h = Math.imul(h, 0x846ca68b);
    return h ^ (h >>> 16);
  };
  if (rate === 0) return 1;
  return mixed(mixed(index) ^ seed) >>> 8 >= Math.trunc(Math.fround(Math.fround(rate) * 16777216)) ? 1 / (1 - rate) : 0;
}
