// asc: --importMemory --sharedMemory --maximumMemory 65536 --enable threads --enable relaxed-simd
// Fits neural rankers: a whole step over a slice of lists at a time, so that what a slice makes stays in the second-level cache and threads meet twice a
// step. For trainer/adapter/pool.ts. Each slice has gradients of its own, added in the order of slices: no result depends on the threads.
import { packBytes } from './_matrix';
import { activationOf, backward, forward, layerOf, standardise, turnWeights } from './_mlp';
import { listLoss } from './_rank-loss';
import { bytes, padded4, RankerPlan, word } from './_ranker-plan';
import { attend, attendBack } from './_target-attention';

export { adamAverage } from './_average';

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

const spare: usize = 64;

function widest(plan: RankerPlan): i32 {
  let most = plan.width;
  for (let l = 0; l < plan.depth; l++) most = max(most, layerOf(plan, l).outputs);
  return most;
}

/** Bytes of all activations, with room for 3 rows more. */
const activationBytes = (plan: RankerPlan): usize =>
  activationOf(plan, 0, plan.depth) + bytes((plan.mostRows + 4) * widest(plan));

const logitBytes = (plan: RankerPlan): usize => bytes(padded4(plan.mostRows) * plan.heads);

/** Inputs of the lists of slice s, one after the other, at x. @returns rows. */
function fill(plan: RankerPlan, base: usize, s: i32, x: usize, room: usize, pack: usize): i32 {
  let at = 0;
  const step = bytes(plan.width);
  for (let l = word(plan.slices, s); l < word(plan.slices, s + 1); l++) {
    const list = word(plan.chosen, l);
    const row = word(plan.offsets, list),
      rows = word(plan.offsets, list + 1) - row;
    for (let r = 0; r < rows; r++) standardise(plan, row + r, x + step * (at + r));
    if (plan.dim) attend(plan, base, list, row, rows, x + step * at + bytes(2 * plan.padded), step, room, pack);
    at += rows;
  }
  return at;
}

/**
 * Loss of slices first to end of the step, and their gradients where `wantsGradient`. `parameters`: address of the first. Scratch: as much as
 * trainer/fit/network/plan.ts says.
 */
export function step(first: i32, end: i32, scratch: usize, planAt: usize, parameters: usize, wantsGradient: i32): void {
  const plan = changetype<RankerPlan>(planAt);
  const pack = scratch,
    x = pack + packBytes + spare;
  const one = x + activationBytes(plan) + spare,
    two = one + bytes((plan.mostRows + 4) * widest(plan)) + spare,
    dx = two + bytes((plan.mostRows + 4) * widest(plan)) + spare,
    logits = dx + bytes((plan.mostRows + 4) * widest(plan)) + spare,
    slopes = logits + logitBytes(plan),
    room = slopes + logitBytes(plan),
    attention = room + bytes(padded4(plan.mostRows) + 8) + spare;
  const attentionStep = plan.dim ? attentionWidth(plan) : 0;
  for (let s = first; s < end; s++) {
    const rows = fill(plan, parameters, s, x, attention, pack);
    forward(plan, parameters, x, rows, logits, pack);
    memory.fill(slopes, 0, logitBytes(plan));
    let loss: f64 = 0;
    let at = 0;
    for (let l = word(plan.slices, s); l < word(plan.slices, s + 1); l++) {
      const list = word(plan.chosen, l);
      const row = word(plan.offsets, list),
        n = word(plan.offsets, list + 1) - row;
      loss += listLoss(plan, row, n, at, logits, slopes, room);
      at += n;
    }
    store<f64>(plan.losses + ((<usize>s) << 3), loss);
    if (!wantsGradient) continue;
    const gradient = plan.gradients + plan.gradientStep * s;
    backward(plan, parameters, gradient, x, rows, slopes, one, two, dx, pack);
    if (!plan.dim) continue;
    // What lists add to; the rest was overwritten.
    memory.fill(gradient + plan.table, 0, plan.gradientStep - plan.table);
    at = 0;
    for (let l = word(plan.slices, s); l < word(plan.slices, s + 1); l++) {
      const list = word(plan.chosen, l);
      const row = word(plan.offsets, list),
        n = word(plan.offsets, list + 1) - row;
      const several = word(plan.slices, s + 1) - word(plan.slices, s) > 1;
      // One room for all lists of a slice: what the forward pass left there is of the last one.
      if (several) {
        const to = x + bytes(plan.width) * at + bytes(2 * plan.padded);
        attend(plan, parameters, list, row, n, to, bytes(plan.width), attention, pack);
      }
      attendBack(plan, parameters, gradient, list, row, n, dx + bytes(attentionStep) * at, bytes(attentionStep), attention, pack);
      at += n;
    }
  }
}

const attentionWidth = (plan: RankerPlan): i32 => 3 * plan.dim + 8;

/** Weights transposed into the plan's, before a step. */
export function turnAll(first: i32, end: i32, scratch: usize, planAt: usize, parameters: usize): void {
  turnWeights(changetype<RankerPlan>(planAt), parameters);
}
