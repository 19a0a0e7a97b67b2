import { choleskySolve } from './_cholesky';
import { rowAt, timesGram } from './_entries';
import { add4, combine, dots4, panelRows, symmetric } from './_float';

/** Scratch: 4 + panel rows and `block` rows of a stride each, and the most entries of a row plus 4. */
export function coordinateBlocks(
  first: i32,
  last: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  weights: usize,
  ridges: usize,
  gram: usize,
  fixed: usize,
  solved: usize,
  stride: i32,
  block: i32,
): void {
  const step: usize = (<usize>stride) << 2;
  const zeros = scratch,
    right = zeros + step,
    inverse = right + step,
    total = inverse + step,
    panel = total + step,
    panelSize = panelRows((<usize>block) << 2),
    matrix = panel + ((<usize>block) << 2) * panelSize,
    errors = matrix + ((<usize>block) << 2) * block;
  memory.fill(zeros, 0, step);
  for (let row = first; row < last; row++) {
    const start: usize = load<u32>(offsets + ((<usize>row) << 2));
    const end: usize = load<u32>(offsets + ((<usize>row) << 2), 4);
    if (start == end) continue;
    const ridge = load<f32>(ridges + ((<usize>row) << 2));
    const x = solved + step * row;
    // One block is the exact solution, from wherever: from 0 it needs no errors of the former one.
    if (block == stride) memory.fill(x, 0, step);
    else initialErrors(start, end, indices, fixed, step, zeros, x, errors);
    for (let from: i32 = 0; from < stride; from += block) {
      const width = min(block, stride - from);
      const offset: usize = (<usize>from) << 2,
        length: usize = (<usize>width) << 2;
      if (block == stride) memory.fill(right, 0, length);
      else {
        timesGram(gram, ridge, -1, x, total, step);
        memory.copy(right, total + offset, length);
      }
      copyGram(gram + step * from + offset, step, ridge, matrix, length);
      for (let entry = start; entry < end; entry += panelSize) {
        const rows = <i32>min<usize>(panelSize, end - entry);
        gather(entry, rows, indices, weights, fixed + offset, step, panel, length);
        addErrors(
          entry - start,
          rows,
          weights ? weights + (entry << 2) : 0,
          block == stride ? 0 : errors,
          panel,
          zeros,
          right,
          length,
        );
        symmetric(panel, rows, length, width, matrix, length);
      }
      choleskySolve(matrix, length, width, right, inverse);
      combine(x + offset, 1, right, 1, x + offset, length);
      if (from + block < stride) moveErrors(start, end, indices, fixed + offset, step, zeros, right, length, errors);
    }
  }
}

/** errors[e] = f.x - 1. */
function initialErrors(
  start: usize,
  end: usize,
  indices: usize,
  fixed: usize,
  step: usize,
  zeros: usize,
  x: usize,
  errors: usize,
): void {
  const one = f32x4.splat(1);
  for (let entry = start; entry < end; entry += 4, errors += 16) {
    const a = rowAt(fixed, indices, entry, end, step, zeros),
      b = rowAt(fixed, indices, entry + 1, end, step, zeros),
      c = rowAt(fixed, indices, entry + 2, end, step, zeros),
      d = rowAt(fixed, indices, entry + 3, end, step, zeros);
    v128.store(errors, f32x4.sub(dots4(a, b, c, d, x, step), one));
  }
}

/** errors[e] += f.change within the block. */
function moveErrors(
  start: usize,
  end: usize,
  indices: usize,
  fixed: usize,
  step: usize,
  zeros: usize,
  change: usize,
  length: usize,
  errors: usize,
): void {
  for (let entry = start; entry < end; entry += 4, errors += 16) {
    const a = rowAt(fixed, indices, entry, end, step, zeros),
      b = rowAt(fixed, indices, entry + 1, end, step, zeros),
      c = rowAt(fixed, indices, entry + 2, end, step, zeros),
      d = rowAt(fixed, indices, entry + 3, end, step, zeros);
    v128.store(errors, f32x4.add(v128.load(errors), dots4(a, b, c, d, change, length)));
  }
}

/** matrix [width x width] = the block of gram, plus ridge on the diagonal. */
function copyGram(gram: usize, step: usize, ridge: f32, matrix: usize, length: usize): void {
  for (let k: usize = 0; k < length; k += 4) {
    const row = matrix + (k >> 2) * length;
    memory.copy(row, gram + (k >> 2) * step, length);
    store<f32>(row + k, load<f32>(row + k) + ridge);
  }
}

/** panel[r] = sqrt(weight) * the block's part of the entry's row. */
function gather(
  entry: usize,
  rows: i32,
  indices: usize,
  weights: usize,
  fixed: usize,
  step: usize,
  panel: usize,
  length: usize,
): void {
  for (let r = 0; r < rows; r++, entry++, panel += length) {
    const from = fixed + step * load<u32>(indices + (entry << 2));
    const root = f32x4.splat(weights ? sqrt<f32>(load<f32>(weights + (entry << 2))) : 1);
    for (let k: usize = 0; k < length; k += 16) v128.store(panel + k, f32x4.mul(v128.load(from + k), root));
  }
}

/** right -= sum of sqrt(weight) * error * panel[r]; errors 0: every error is -1. */
function addErrors(
  entry: usize,
  rows: i32,
  weights: usize,
  errors: usize,
  panel: usize,
  zeros: usize,
  right: usize,
  length: usize,
): void {
  for (let r = 0; r < rows; r += 4) {
    let x = errors ? f32x4.neg(v128.load(errors + ((entry + r) << 2))) : f32x4.splat(1);
    if (weights) x = f32x4.mul(x, f32x4.sqrt(v128.load(weights + (r << 2))));
    const a = panel + length * r;
    add4(
      a,
      r + 1 < rows ? a + length : zeros,
      r + 2 < rows ? a + 2 * length : zeros,
      r + 3 < rows ? a + 3 * length : zeros,
      x,
      right,
      length,
    );
  }
}
