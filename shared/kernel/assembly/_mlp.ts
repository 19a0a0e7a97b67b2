// A multilayer perceptron over the rows of a slice: [standardised features | missing | more] -> ReLU layers -> logits of heads.
import { add4, dots4 } from './_float';
import { addScaled } from './_lanes';
import { multiply, turn } from './_matrix';
import { bytes, HiddenLayer, number, padded4, RankerPlan } from './_ranker-plan';

/** out[0 .. padded] = (x - mean) rate, 0 where missing; out[padded .. 2 padded] = 1 where missing. */
export function standardise(plan: RankerPlan, row: i32, out: usize): void {
  const columns = plan.columns;
  const x = plan.features + bytes(columns) * row,
    missing = out + bytes(plan.padded);
  const one = f32x4.splat(1);
  const whole = bytes(columns & ~3),
    end = bytes(columns);
  for (let k: usize = 0; k < whole; k += 16) {
    const value = v128.load(x + k);
    const isMissing = f32x4.ne(value, value);
    const scaled = f32x4.mul(f32x4.sub(value, v128.load(plan.mean + k)), v128.load(plan.rate + k));
    v128.store(out + k, v128.andnot(scaled, isMissing));
    v128.store(missing + k, v128.and(one, isMissing));
  }
  for (let k = whole; k < end; k += 4) {
    const value = load<f32>(x + k);
    const isMissing = value != value;
    store<f32>(out + k, isMissing ? 0 : (value - load<f32>(plan.mean + k)) * load<f32>(plan.rate + k));
    store<f32>(missing + k, isMissing ? 1 : 0);
  }
}

/** Layer l of the plan. */
export const layerOf = (plan: RankerPlan, l: i32): HiddenLayer =>
  changetype<HiddenLayer>(plan.layers + <usize>l * offsetof<HiddenLayer>());

/** Address of the input of layer l, [rows x inputs]; of l = depth: what the heads see. Activations lie one after the other at `x`. */
export function activationOf(plan: RankerPlan, x: usize, l: i32): usize {
  let at = x;
  let width = plan.width;
  for (let i = 0; i < l; i++) {
    at += bytes(plan.mostRows * width);
    width = layerOf(plan, i).outputs;
  }
  return at;
}

/** logits [heads x padded4(mostRows)] of `rows` inputs at x. */
export function forward(plan: RankerPlan, base: usize, x: usize, rows: i32, logits: usize, pack: usize): void {
  let from = x;
  let width = plan.width;
  for (let l = 0; l < plan.depth; l++) {
    const layer = layerOf(plan, l);
    const to = from + bytes(plan.mostRows * width),
      step = bytes(layer.outputs);
    const bias = base + layer.bias;
    multiply<i32>(from, bytes(width), rows, width, base + layer.weights, step, layer.outputs, bias, 0, to, step, pack);
    const zero = f32x4.splat(0);
    const end = to + step * rows;
    for (let at = to; at < end; at += 16) v128.store(at, f32x4.max(v128.load(at), zero));
    from = to;
    width = layer.outputs;
  }
  const step = bytes(width);
  for (let k = 0; k < plan.heads; k++) {
    const w = base + plan.outWeights + step * k,
      out = logits + bytes(padded4(plan.mostRows)) * k;
    const bias = f32x4.splat(number(base + plan.outBias, k));
    for (let r = 0, at = from; r < rows; r += 4, at += step << 2)
      v128.store(out + bytes(r), f32x4.add(dots4(at, at + step, at + step + step, at + 3 * step, w, step), bias));
  }
}

/**
 * Gradients of all parameters into the slice's (overwritten), and of the first layer's wanted inputs into dx [rows x (inputs - firstWanted)].
 * `slopes`: of the logits, laid out as they are, 0 in what pads them. `first`, `second`: room for [mostRows x widest layer] each.
 */
export function backward(
  plan: RankerPlan,
  base: usize,
  gradient: usize,
  x: usize,
  rows: i32,
  slopes: usize,
  first: usize,
  second: usize,
  dx: usize,
  pack: usize,
): void {
  let l = plan.depth - 1;
  let width = l < 0 ? plan.width : layerOf(plan, l).outputs;
  let own = activationOf(plan, x, plan.depth);
  let dy = first,
    other = second;
  outputBack(plan, base, gradient, own, width, rows, slopes, dy);
  for (; l >= 0; l--) {
    const layer = layerOf(plan, l);
    const step = bytes(width);
    mask(own, dy, rows * width);
    own = activationOf(plan, x, l);
    const weights = gradient + layer.weights;
    multiply<u32>(own, bytes(layer.inputs), layer.inputs, rows, dy, step, width, 0, 0, weights, step, pack);
    sums(dy, width, rows, gradient + layer.bias);
    if (layer.turned) {
      const wanted = layer.inputs - layer.firstWanted;
      const to = l == 0 ? dx : other;
      multiply<i32>(dy, step, rows, width, layer.turned, bytes(wanted), wanted, 0, 0, to, bytes(wanted), pack);
      other = dy;
      dy = to;
    }
    width = layer.inputs;
  }
}

/** dy = sum over heads of slope * weights; gradients of the heads' weights and biases. */
function outputBack(
  plan: RankerPlan,
  base: usize,
  gradient: usize,
  x: usize,
  width: i32,
  rows: i32,
  slopes: usize,
  dy: usize,
): void {
  const step = bytes(width);
  memory.fill(dy, 0, step * rows);
  memory.fill(gradient + plan.outWeights, 0, step * plan.heads);
  for (let k = 0; k < plan.heads; k++) {
    const own = slopes + bytes(padded4(plan.mostRows)) * k,
      w = base + plan.outWeights + step * k,
      dw = gradient + plan.outWeights + step * k;
    let sum: f32 = 0;
    for (let r = 0; r < rows; r++) {
      const slope = number(own, r);
      sum += slope;
      addScaled(dy + step * r, w, slope, step);
    }
    store<f32>(gradient + plan.outBias + bytes(k), sum);
    for (let r = 0, at = x; r < rows; r += 4, at += step << 2)
      add4(at, at + step, at + step + step, at + 3 * step, v128.load(own + bytes(r)), dw, step);
  }
}

/** dy = 0 where y is. */
function mask(y: usize, dy: usize, length: i32): void {
  const zero = f32x4.splat(0);
  const end = bytes(length);
  for (let k: usize = 0; k < end; k += 16) v128.store(dy + k, v128.and(v128.load(dy + k), f32x4.gt(v128.load(y + k), zero)));
}

/** out = sum of the rows. */
function sums(x: usize, width: i32, rows: i32, out: usize): void {
  const step = bytes(width);
  for (let k: usize = 0; k < step; k += 32) {
    let low = f32x4.splat(0),
      high = low;
    for (let r = 0, at = x + k; r < rows; r++, at += step) {
      low = f32x4.add(low, v128.load(at));
      high = f32x4.add(high, v128.load(at, 16));
    }
    v128.store(out + k, low);
    v128.store(out + k, high, 16);
  }
}

/** Weights transposed, for `backward`. */
export function turnWeights(plan: RankerPlan, base: usize): void {
  for (let l = 0; l < plan.depth; l++) {
    const layer = layerOf(plan, l);
    if (!layer.turned) continue;
    const step = bytes(layer.outputs),
      wanted = layer.inputs - layer.firstWanted;
    turn(base + layer.weights + step * layer.firstWanted, step, wanted, layer.outputs, layer.turned, bytes(wanted));
  }
}
