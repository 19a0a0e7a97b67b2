// Rows of embedding tables. `step`: bytes of a row, a multiple of 32.
import { addRows, addScaled } from './_lanes';

/** Rows first to end: out[r] = scale table[ids[r]] + added[places[r]]; added 0: nothing. */
export function gather(
  first: i32,
  end: i32,
  scratch: usize,
  ids: usize,
  table: usize,
  scale: f32,
  places: usize,
  added: usize,
  out: usize,
  step: usize,
): void {
  const s = f32x4.splat(scale);
  for (let r = first; r < end; r++) {
    const from = table + step * load<u32>(ids + ((<usize>r) << 2));
    const to = out + step * r;
    for (let k: usize = 0; k < step; k += 16) v128.store(to + k, f32x4.mul(v128.load(from + k), s));
    if (added) addScaled(to, added + step * load<u32>(places + ((<usize>r) << 2)), 1, step);
  }
}

/**
 * The scatter of gradients, by who receives: rows first to end of out = scale * sum over m of group g of weights[members[m]] source[members[m]], added to
 * what is there where `more`. Group g is members[offsets[g]] to members[offsets[g + 1]], summed in that order. weights 0: all 1.
 */
export function sumRows(
  first: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  members: usize,
  weights: usize,
  source: usize,
  scale: f32,
  out: usize,
  step: usize,
  more: i32,
): void {
  for (let g = first; g < end; g++) {
    const to = out + step * g;
    if (!more) memory.fill(to, 0, step);
    const from: usize = load<u32>(offsets + ((<usize>g) << 2)),
      last: usize = load<u32>(offsets + ((<usize>g) << 2), 4);
    addRows(to, members, from, last, source, step, weights, scale);
  }
}

/**
 * Item vectors of the slots first to end, out[s] = keep[s] ids' row + weight sum of the rows of its features, with
 * i = items[s]: id row rows[i] of `table` (-1: none), features offsets[i] to offsets[i + 1] of `features`, weight weights[i].
 */
export function itemVectors(
  first: i32,
  end: i32,
  scratch: usize,
  items: usize,
  keep: usize,
  table: usize,
  offsets: usize,
  features: usize,
  weights: usize,
  featureTable: usize,
  out: usize,
  step: usize,
): void {
  for (let s = first; s < end; s++) {
    const i: usize = load<u32>(items + ((<usize>s) << 2));
    const to = out + step * s;
    const own = load<f32>(keep + ((<usize>s) << 2));
    memory.fill(to, 0, step);
    if (own != 0) addScaled(to, table + step * i, own, step);
    const from: usize = load<u32>(offsets + (i << 2)),
      last: usize = load<u32>(offsets + (i << 2), 4);
    addRows(to, features, from, last, featureTable, step, 0, load<f32>(weights + (i << 2)));
  }
}
