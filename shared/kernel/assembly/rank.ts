// Every kernel of the ranking engine: those of dense.ts, and those for what few models contain.
import { unary } from './dense';

export * from './dense';

export function softmax(xAt: usize, outAt: usize, rows: i32, columns: i32): void {
  const width: usize = (<usize>columns) << 2;
  let x = xAt << 2;
  let out = outAt << 2;
  for (let r: i32 = 0; r < rows; r++, x += width, out += width) {
    let largest: f32 = -Infinity;
    for (let i: usize = 0; i < width; i += 4) largest = max(largest, load<f32>(x + i));
    for (let i: usize = 0; i < width; i += 4) store<f32>(out + i, load<f32>(x + i) - largest);
    // Writes up to three elements of the next row, which comes after.
    unary(4, out >> 2, out >> 2, columns, 0);
    let sum: f32 = 0;
    for (let i: usize = 0; i < width; i += 4) sum += load<f32>(out + i);
    for (let i: usize = 0; i < width; i += 4) store<f32>(out + i, load<f32>(out + i) / sum);
  }
}

/** One step down: the left child where (x with the node's sign) < threshold, else the right one, 8 bytes further. NaN goes right. */
function descend(nodes: usize, at: usize, x: usize): usize {
  const word = load<u32>(nodes + at, 4);
  const value = load<u32>(x + (word & 0x3ffc)) ^ (word & 0x80000000);
  const right = u32(!(reinterpret<f32>(value) < load<f32>(nodes + at)));
  return <usize>(((word >>> 11) & 0xffff8) + (right << 3));
}

/** Four rows at a time hide the latency of dependent loads; leaves lead to themselves, so no step branches. */
export function trees(
  xAt: usize,
  columns: i32,
  nodesAt: usize,
  valuesAt: usize,
  indexAt: usize,
  count: i32,
  outAt: usize,
  rows: i32,
  initial: f32,
): void {
  const out = outAt << 2;
  const stride: usize = (<usize>columns) << 2;
  const end: usize = (<usize>rows) << 2;
  for (let i: usize = 0; i < end; i += 4) store<f32>(out + i, initial);
  for (let t: i32 = 0; t < count; t++) {
    const start: usize = load<u32>((indexAt + (t << 1)) << 2);
    const depth = load<i32>((indexAt + (t << 1)) << 2, 4);
    const nodes = (nodesAt << 2) + (start << 3);
    const values = (valuesAt + start) << 2;
    let x = xAt << 2;
    let i: usize = 0;
    for (; i + 16 <= end; i += 16, x += stride << 2) {
      const xB = x + stride,
        xC = xB + stride,
        xD = xC + stride;
      let a: usize = 0,
        b: usize = 0,
        c: usize = 0,
        d: usize = 0;
      for (let level: i32 = 0; level < depth; level++) {
        a = descend(nodes, a, x);
        b = descend(nodes, b, xB);
        c = descend(nodes, c, xC);
        d = descend(nodes, d, xD);
      }
      store<f32>(out + i, load<f32>(out + i) + load<f32>(values + (a >> 1)));
      store<f32>(out + i, load<f32>(out + i, 4) + load<f32>(values + (b >> 1)), 4);
      store<f32>(out + i, load<f32>(out + i, 8) + load<f32>(values + (c >> 1)), 8);
      store<f32>(out + i, load<f32>(out + i, 12) + load<f32>(values + (d >> 1)), 12);
    }
    for (; i < end; i += 4, x += stride) {
      let a: usize = 0;
      for (let level: i32 = 0; level < depth; level++) a = descend(nodes, a, x);
      store<f32>(out + i, load<f32>(out + i) + load<f32>(values + (a >> 1)));
    }
  }
}
