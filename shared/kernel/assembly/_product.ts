import { tile } from './_float';

/**
 * out [rows x columns] = x [rows x inner] times the transpose of w [columns x inner]. x lies in panels of 4 rows, each [inner x 4]; w in panels of 8,
 * each [inner x 8]; rows of out are a multiple of 8 floats long. A slice is panels first to end of x. Each sum runs from inner 0 up, so a row's result
 * does not depend on the rows beside it.
 */
export function product(first: i32, end: i32, scratch: usize, x: usize, w: usize, out: usize, inner: i32, columns: i32): void {
  const outStep: usize = ((<usize>columns + 7) & ~7) << 2;
  memory.fill(out + outStep * 4 * first, 0, outStep * 4 * (end - first));
  for (let c: usize = 0; c < outStep; c += 32, w += (<usize>inner) << 5)
    for (let p = first; p < end; p++)
      tile<u32>(x + ((<usize>inner) << 4) * p, 16, w, 32, inner, out + outStep * 4 * p + c, outStep);
}
