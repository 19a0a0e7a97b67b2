import type { Ops } from '../../neural/ops.ts';
import { createGrouping, createSlots } from '../../neural/slots.ts';
import type { Random } from '../../random.ts';
import { encode, type Network, paddedItems, tokenScale } from './network.ts';
import type { Material } from './windows.ts';

export interface TrainSettings {
  /** Interactions that a step learns from; windows are taken until there are so many. */
  readonly batch: number;
  /** Items drawn evenly that all rows of a batch are told apart from, beside the targets of the batch. Infinity: all items (full cross-entropy). */
  readonly negatives: number;
  readonly dropout: number;
  readonly learningRate: number;
}

/** Slopes [rows x candidates] that are in memory at a time, in numbers. */
const mostSlopes = 1 << 22;
const nowhere = -1e30;
const [beta1, beta2] = [0.9, 0.999];

/**
 * One step on the windows `chosen`: softmax cross-entropy of every next item, over all items or over a sample that all rows share, logits corrected by
 * the logarithm of the chance to be in it (Jean et al. 2015); Adam (moments of rows that a step does not touch rest). Full cross-entropy and many
 * negatives are what makes this architecture strong (Klenitskiy and Vasilev 2023; Petrov and Macdonald 2023).
 */
export function createTrainer(ops: Ops, network: Network, material: Material, settings: TrainSettings) {
  const { shape, table, places, transformer } = network;
  const { rank, items, last } = shape;
  const capacity = settings.batch + last;
  const sample = Math.min(settings.negatives, items);
  const isFull = sample >= items;
  const most = isFull ? paddedItems(items) : Math.ceil((2 * capacity + sample) / 8) * 8 + 8;
  const slots = createSlots(ops, items, most + capacity);
  const vectors = isFull ? table : ops.matrix(most + capacity, rank);
  const gradients = ops.matrix(isFull ? most : most + capacity, rank);
  const byItem = createGrouping(ops, most + capacity, capacity);
  const byAge = createGrouping(ops, last, capacity);
  const [starts, tokenIds, ages, targets] = [
    ops.indices(capacity + 1),
    ops.indices(capacity),
    ops.indices(capacity),
    ops.indices(capacity),
  ];
  const offsets = ops.matrix(1, most);
  const turned = ops.matrix(rank, most);
  const columns = (Math.ceil(most / 16) | 1) * 16;
  const chunk = Math.max(64, Math.min(capacity, Math.floor(mostSlopes / columns)));
  const slopes = ops.matrix(chunk, most, 4 * columns);
  const [losses, weights] = [ops.matrix(capacity, 1), ops.matrix(capacity, 1)];
  const moments = [ops.matrix(table.rows, rank), ops.matrix(table.rows, rank)] as const;
  const placeGradients = ops.matrix(last, rank);
  const placeMoments = [ops.matrix(last, rank), ops.matrix(last, rank)] as const;
  let steps = 0;
  if (isFull) offsets.values.fill(nowhere, items, most);

  /** Tokens of the chosen windows, with item numbers. */
  function lookAt(chosen: Int32Array): number {
    let tokens = 0;
    for (const [s, w] of chosen.entries()) {
      starts[s] = tokens;
      const to = material.to[w] as number;
      for (let p = material.from[w] as number; p < to; p++) {
        tokenIds[tokens] = material.item[p] as number;
        targets[tokens] = material.item[p + 1] as number;
        ages[tokens++] = to - 1 - p;
      }
    }
    starts[chosen.length] = tokens;
    return tokens;
  }

  /** Turns item numbers into slots. @returns candidates, a multiple of 8, and all slots. */
  function drawSlots(tokens: number, random: Random): { readonly candidates: number; readonly count: number } {
    if (isFull) return { candidates: most, count: most };
    slots.clear();
    for (let t = 0; t < tokens; t++) targets[t] = slots.of(targets[t] as number);
    for (let n = 0; n < sample; n++) slots.of(random.below(items));
    const real = slots.count;
    const candidates = slots.pad();
    const logMissed = sample * Math.log1p(-1 / items);
    for (let c = 0; c < real; c++) {
      const missed = tokens * Math.log1p(-Math.min(material.share[slots.ids[c] as number] as number, 1 - 1e-7)) + logMissed;
      offsets.values[c] = -Math.log(-Math.expm1(missed));
    }
    offsets.values.fill(nowhere, real, candidates);
    // Items that are no candidates get the slots after those.
    for (let t = 0; t < tokens; t++) tokenIds[t] = slots.of(tokenIds[t] as number);
    const { count } = slots;
    return { candidates, count };
  }

  function lossAndGradients(tokens: number, candidates: number): void {
    const { output, dOutput } = transformer;
    ops.transpose(vectors, turned, candidates);
    for (let from = 0; from < tokens; from += chunk) {
      const rows = Math.min(chunk, tokens - from);
      const x = { ...output, at: output.at + from * output.step };
      const own = [x.at, x.step, vectors.at, turned.at, turned.step, candidates, offsets.at];
      const results = [slopes.at, slopes.step, losses.at + 4 * from, dOutput.at + from * dOutput.step];
      const rowsOf = [targets.byteOffset + 4 * from, weights.at];
      ops.pool.run('softmaxLoss', { rows, slice: 64 }, ...own, ...rowsOf, ...results);
      ops.transposedProduct(slopes, x, gradients, { rows, columns: candidates, add: from > 0 });
    }
  }

  function stepTables(count: number, rate: number): void {
    const factors = [rate / (1 - beta1 ** steps), 1 / (1 - beta2 ** steps), beta1, beta2, 0];
    const own = [isFull ? 0 : slots.ids.byteOffset, table.at, gradients.at, moments[0].at, moments[1].at, table.step];
    ops.pool.run('adam', { rows: isFull ? items : count, slice: 1024 }, ...own, ...factors);
    const ageing = [0, places.at, placeGradients.at, placeMoments[0].at, placeMoments[1].at, places.step];
    ops.pool.run('adam', { rows: last, slice: 64 }, ...ageing, ...factors);
  }

  /** @param chosen windows of at most `batch + last` interactions in all. @returns sum of the losses. */
  return function step(chosen: Int32Array, random: Random): number {
    steps++;
    const tokens = lookAt(chosen);
    const { candidates, count } = drawSlots(tokens, random);
    const noise = { rate: settings.dropout, seed: random.below(0x7fffffff) };
    byItem.group(tokenIds, tokens, count);
    byAge.group(ages, tokens, last);
    weights.values.fill(1 / tokens, 0, Math.min(chunk, tokens));
    gradients.values.fill(0, candidates * rank, count * rank);
    const packed = { tokens, sequences: chosen.length, starts, ids: tokenIds, ages, vectors };
    ops.pool.together(() => {
      if (!isFull) ops.gather(table, slots.ids, vectors, { rows: count });
      encode(ops, network, packed, noise);
      lossAndGradients(tokens, candidates);
      transformer.backward(packed, noise);
      const { dInput } = transformer;
      if (noise.rate > 0) ops.dropout(dInput, undefined, dInput, { rows: tokens, ...noise });
      ops.sumRows({ count, ...byItem }, dInput, gradients, { scale: tokenScale(rank), add: true });
      ops.sumRows({ count: last, ...byAge }, dInput, placeGradients, {});
      transformer.parameters.step(settings.learningRate);
      stepTables(count, settings.learningRate);
    });
    let sum = 0;
    for (let t = 0; t < tokens; t++) sum += losses.values[t] as number;
    return sum;
  };
}
