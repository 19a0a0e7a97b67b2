import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../random.ts';
import type { RankingRows } from '../rows.ts';
import { standardOf } from '../standardise.ts';
import type { AttentionData, NetworkData } from './data.ts';
import { type Block, createLayout, initialise, inputPlace, type Layout, unpadded } from './layout.ts';
import { openMachine } from './machine.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Lists of these lengths: some labels, the third list has none; some values are missing. */
function randomRows(random: Random, lengths: readonly number[], columns: number): RankingRows {
  const offsets = Uint32Array.from({ length: lengths.length + 1 }, (_, q) => lengths.slice(0, q).reduce((sum, n) => sum + n, 0));
  const rows = offsets.at(-1)!;
  const features = Float32Array.from({ length: rows * columns }, () =>
    random.uniform() < 0.2 ? Number.NaN : 3 + 2 * random.normal(),
  );
  const labels = new Float32Array(rows);
  for (const [q, start] of offsets.subarray(0, -1).entries()) {
    if (q === 2) continue;
    labels[start] = 1 + (q % 3);
    labels[start + lengths[q]! - 1] = 1;
  }
  return { columns, lists: lengths.length, offsets, features, labels };
}

/** Outcomes of two heads, some not known, and weights of rows. */
function withOutcomes(random: Random, rows: RankingRows): NetworkData {
  const values = Float32Array.from({ length: rows.labels.length * 2 }, () => [0, 1, 0.3, Number.NaN][random.below(4)]!);
  const rowWeights = Float32Array.from(rows.labels, () => random.uniform());
  return { rows, blend: [1, 0.5], outcomes: { values, weights: [0.7, 0.2] }, rowWeights };
}

const [ids, dim, attributes, context] = [12, 8, 2, 3];

/** Histories of these lengths beside "nothing". */
function randomAttention(random: Random, rows: RankingRows, lengths: readonly number[]): AttentionData {
  const offsets = Uint32Array.from({ length: lengths.length + 1 }, (_, q) =>
    lengths.slice(0, q).reduce((sum, n) => sum + n + 1, 0),
  );
  const events = offsets.at(-1)!;
  const isNothing = (event: number) => offsets.includes(event);
  const drawIds = (length: number) => Int32Array.from({ length }, () => random.below(ids));
  const similarity: number[] = [];
  for (const [q, n] of lengths.entries()) {
    for (let r = rows.offsets[q]!; r < rows.offsets[q + 1]!; r++)
      similarity.push(0, ...Array.from({ length: n }, () => 2 * random.uniform() - 1));
  }
  return {
    attributes,
    context,
    candidateIds: drawIds(rows.labels.length * attributes),
    offsets,
    historyIds: drawIds(events * attributes).map((id, at) => (isNothing(Math.floor(at / attributes)) ? 0 : id)),
    eventContext: Float32Array.from({ length: events * context }, (_, at) =>
      isNothing(Math.floor(at / context)) ? 0 : random.normal(),
    ),
    similarity: Float32Array.from(similarity),
  };
}

type Tensors = Readonly<Record<string, tf.Variable>>;

/** Every parameter of a layout as a variable, without what pads it, and where it lies. */
function variablesOf(layout: Layout, values: Float32Array) {
  const { layers, out, attention } = layout;
  const tensors: Record<string, tf.Variable> = {};
  const parts: { name: string; take: (values: Float32Array) => Float32Array }[] = [];
  const add = (name: string, block: Block, rows: number, columns: number, place?: (row: number) => number) => {
    const take = (from: Float32Array) => unpadded(from, block, rows, columns, place);
    tensors[name] = tf.variable(tf.tensor(take(values), [rows, columns]));
    parts.push({ name, take });
  };
  for (const [l, { weights, bias, inputs, outputs }] of layers.entries()) {
    add(`w${l}`, weights, inputs, outputs, (i) => (l === 0 ? inputPlace(layout, i) : i));
    add(`b${l}`, bias, 1, outputs);
  }
  add('out', out.weights, out.outputs, out.inputs);
  add('outBias', out.bias, 1, out.outputs);
  if (attention) {
    for (const name of ['table', 'query', 'value'] as const) add(name, attention[name], attention[name].rows, dim);
    add('contextValue', attention.contextValue, context, dim);
    add('contextBias', attention.contextBias, 1, context);
    add('similarityWeight', attention.similarityWeight, 1, 1);
  }
  return { tensors, parts };
}

const embedded = (table: tf.Tensor, chosen: Int32Array) => {
  const rows = chosen.length / attributes;
  const isSome = tf.tensor(
    Float32Array.from(chosen, (id) => Number(id > 0)),
    [rows * attributes, 1],
  );
  const vectors = tf.mul(
    tf.matMul(tf.oneHot(tf.tensor1d(chosen, 'int32'), ids).cast('float32') as tf.Tensor2D, table as tf.Tensor2D),
    isSome,
  );
  return tf.sum(tf.reshape(vectors, [rows, attributes, dim]), 1) as tf.Tensor2D;
};

/** [candidate | pooled | product | attended similarity] of one list. */
function attended(t: Tensors, { rows, attention }: NetworkData, q: number, from: number): tf.Tensor {
  const { candidateIds, offsets, historyIds, eventContext, similarity } = attention!;
  const [row, end] = [rows.offsets[q]!, rows.offsets[q + 1]!];
  const [first, last] = [offsets[q]!, offsets[q + 1]!];
  const candidate = embedded(t.table!, candidateIds.slice(row * attributes, end * attributes));
  const event = embedded(t.table!, historyIds.slice(first * attributes, last * attributes));
  const c = tf.tensor2d(eventContext.slice(first * context, last * context), [last - first, context]);
  const s = tf.tensor2d(similarity.slice(from, from + (end - row) * (last - first)), [end - row, last - first]);
  const products = tf.div(tf.matMul(tf.matMul(candidate, t.query as tf.Tensor2D), event, false, true), Math.sqrt(dim));
  const logits = tf.add(
    tf.add(products, tf.mul(s, t.similarityWeight!)),
    tf.matMul(t.contextBias as tf.Tensor2D, c, false, true),
  );
  const share = tf.softmax(logits) as tf.Tensor2D;
  const value = tf.add(tf.matMul(event, t.value as tf.Tensor2D), tf.matMul(c, t.contextValue as tf.Tensor2D)) as tf.Tensor2D;
  const pooled = tf.matMul(share, value);
  return tf.concat([candidate, pooled, tf.mul(candidate, pooled), tf.sum(tf.mul(share, s), 1, true)], 1);
}

/** The loss of all lists as tfjs computes it. */
function lossOf(t: Tensors, data: NetworkData, layout: Layout): tf.Scalar {
  const { rows, blend, outcomes, rowWeights, attention } = data;
  const standard = standardOf(rows, rows.lists);
  let sum: tf.Tensor = tf.scalar(0);
  for (let q = 0, from = 0; q < rows.lists; q++) {
    const [row, end] = [rows.offsets[q]!, rows.offsets[q + 1]!];
    const x = tf.tensor2d(rows.features.slice(row * rows.columns, end * rows.columns), [end - row, rows.columns]);
    const missing = x.isNaN();
    const scaled = tf.where(missing, tf.zerosLike(x), x.sub(tf.tensor1d(standard.mean)).div(tf.tensor1d(standard.std)));
    const inputs: tf.Tensor[] = [scaled, missing.cast('float32')];
    if (attention) {
      inputs.push(attended(t, data, q, from));
      from += (end - row) * (attention.offsets[q + 1]! - attention.offsets[q]!);
    }
    let hidden = tf.concat(inputs, 1) as tf.Tensor2D;
    for (const l of layout.layers.keys()) hidden = tf.relu(tf.add(tf.matMul(hidden, t[`w${l}`] as tf.Tensor2D), t[`b${l}`]!));
    const logits = tf.add(tf.matMul(hidden, t.out as tf.Tensor2D, false, true), t.outBias!) as tf.Tensor2D;
    const score = tf.sum(tf.mul(logits, tf.tensor1d([...blend])), 1) as tf.Tensor1D;
    const weighted = rows.labels.slice(row, end).map((label, j) => label * (rows.weights?.[row + j] ?? 1));
    const labels = tf.tensor1d(weighted);
    const total = weighted.reduce((all, label) => all + label, 0);
    const looked = tf.log(tf.tensor1d(rows.examination?.slice(row, end) ?? new Float32Array(end - row).fill(1)));
    const chances = tf.logSoftmax(tf.add(score, looked) as tf.Tensor1D);
    if (total > 0) sum = tf.sub(sum, tf.mul(tf.sum(tf.mul(chances, tf.div(labels, total))), tf.max(labels)));
    if (!outcomes) continue;
    const heads = blend.length;
    const y = outcomes.values.slice(row * heads, end * heads);
    const weight = y.map((value, at) =>
      Number.isNaN(value) ? 0 : outcomes.weights[at % heads]! * rowWeights![row + Math.floor(at / heads)]!,
    );
    const known = tf.tensor2d(
      y.map((value) => (Number.isNaN(value) ? 0 : value)),
      [end - row, heads],
    );
    const losses = tf.sub(tf.softplus(logits), tf.mul(logits, known));
    sum = tf.add(sum, tf.sum(tf.mul(losses, tf.tensor2d(weight, [end - row, heads]))));
  }
  return sum as tf.Scalar;
}

/** Loss and every gradient of the machine beside those of tfjs. */
async function compare(data: NetworkData, hidden: readonly number[]): Promise<void> {
  const { rows, blend, attention } = data;
  const layout = createLayout({
    columns: rows.columns,
    hidden,
    heads: blend.length,
    ...(attention && { attention: { ids, dim, context } }),
  });
  const machine = await openMachine(layout, standardOf(rows, rows.lists), data, { threads: 2, listsPerStep: rows.lists });
  try {
    const random = createRandom(1, 'start');
    initialise(layout, machine.values, random);
    const biases = [
      ...layout.layers.map(({ bias, outputs }) => [bias, outputs] as const),
      [layout.out.bias, blend.length] as const,
    ];
    for (const [bias, outputs] of biases) for (let k = 0; k < outputs; k++) machine.values[bias.at + k] = random.normal() / 4;
    if (layout.attention) for (let k = 0; k < context; k++) machine.values[layout.attention.contextBias.at + k] = random.normal();
    const { tensors, parts } = variablesOf(layout, machine.values);
    const { value, grads } = tf.variableGrads(() => lossOf(tensors, data, layout));
    const loss = machine.loss(
      Int32Array.from({ length: rows.lists }, (_, q) => q),
      'values',
      true,
    );
    expect(loss).toBeCloseTo(value.dataSync()[0]!, 3);
    const own = machine.gradient();
    for (const { name, take } of parts) {
      const expected = grads[tensors[name]!.name]!.dataSync() as Float32Array;
      const largest = expected.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
      expect(largest, name).toBeGreaterThan(0);
      for (const [k, slope] of take(own).entries())
        expect(Math.abs(slope - expected[k]!), `${name} ${k}`).toBeLessThan(3e-5 * Math.max(1, largest));
    }
    let padding = own.reduce((all, slope) => all + Math.abs(slope), 0);
    for (const { take } of parts) padding -= take(own).reduce((all, slope) => all + Math.abs(slope), 0);
    expect(padding).toBeCloseTo(0, 2);
  } finally {
    await machine.close();
  }
}

const lengths = [5, 1, 3, 40, 60, 7, 90];

describe('loss and gradients are those of tfjs', () => {
  test('listwise, one head', () => compare({ rows: randomRows(createRandom(2, 'rows'), lengths, 5), blend: [1] }, [6, 3]));

  test('labels with weights, places that are looked at more and less', () => {
    const random = createRandom(7, 'rows');
    const rows = randomRows(random, lengths, 5);
    const shares = () => rows.labels.map(() => 0.05 + 0.95 * random.uniform());
    return compare({ rows: { ...rows, weights: shares(), examination: shares() }, blend: [1] }, [6, 3]);
  });

  test('without a hidden layer', () => compare({ rows: randomRows(createRandom(3, 'rows'), lengths, 8), blend: [1] }, []));

  test('several heads with outcomes, some not known', () => {
    const random = createRandom(4, 'rows');
    return compare(withOutcomes(random, randomRows(random, lengths, 4)), [16, 8]);
  });

  test('target attention, histories from nothing to 60 events', () => {
    const random = createRandom(5, 'rows');
    const data = withOutcomes(random, randomRows(random, lengths, 4));
    return compare({ ...data, attention: randomAttention(random, data.rows, [3, 0, 9, 7, 60, 1, 50]) }, [16, 8]);
  });
});

test('a step moves along the gradient, and the average follows; what pads stays 0', async () => {
  const random = createRandom(6, 'rows');
  const rows = randomRows(random, lengths, 5);
  const layout = createLayout({ columns: 5, hidden: [6], heads: 1 });
  const machine = await openMachine(layout, standardOf(rows, rows.lists), { rows, blend: [1] }, { threads: 1, listsPerStep: 8 });
  initialise(layout, machine.values, random);
  machine.average.set(machine.values);
  const all = Int32Array.from({ length: rows.lists }, (_, q) => q);
  const before = machine.values.slice();
  const first = machine.loss(all, 'values', true);
  const gradient = machine.gradient();
  expect(machine.learn(all, { rate: 0.01, decay: 0.5, follow: 0.25 })).toBe(first);
  for (const [k, value] of machine.values.entries()) {
    // The first step of Adam is the rate, against the sign of the gradient.
    const kept = before[k]! * (k < layout.decayed ? 1 - 0.005 : 1);
    const slope = gradient[k]! / rows.lists;
    expect(value).toBeCloseTo(kept - (0.01 * slope) / (Math.abs(slope) + 1e-8), 5);
    expect(machine.average[k]).toBeCloseTo(0.25 * before[k]! + 0.75 * value, 5);
    if (gradient[k] === 0 && before[k] === 0) expect(value).toBe(0);
  }
  for (let step = 0; step < 40; step++) {
    machine.learn(all, { rate: 0.01, decay: 0, follow: 0.9 });
  }
  expect(machine.loss(all, 'values')).toBeLessThan(0.8 * first);
  expect(machine.loss(all, 'average')).toBeLessThan(first);
  await machine.close();
});
