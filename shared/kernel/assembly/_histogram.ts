// Histograms of nodes for ./trees.ts, which says what pairs, bins and histograms are.

function add(at: usize, pair: i64): void {
  store<i64>(at, load<i64>(at) + pair);
}

/** Sums over rows `first` to `end` of `order` into `out`: of columns `from` to `to`, or of the ones listed (i32) there. What lay in them is cleared. */
export function addRows(
  first: i32,
  end: i32,
  order: usize,
  pairs: usize,
  bins: usize,
  stride: i32,
  listed: usize,
  from: i32,
  to: i32,
  out: usize,
  width: i32,
): void {
  const step: usize = width,
    count: usize = to;
  if (!listed) memory.fill(out + step * from, 0, step * (to - from));
  else for (let k = from; k < to; k++) memory.fill(out + step * load<u32>(listed + ((<usize>k) << 2)), 0, step);
  for (let i = first; i < end; i++) {
    const row: usize = load<u32>(order + ((<usize>i) << 2)),
      pair = load<i64>(pairs + (row << 3)),
      own = bins + row * stride;
    if (listed) {
      for (let k = from; k < to; k++) {
        const c: usize = load<u32>(listed + ((<usize>k) << 2));
        add(out + c * step + ((<usize>load<u8>(own + c)) << 3), pair);
      }
      continue;
    }
    let c: usize = from,
      at = out + step * from;
    for (; c + 8 <= count; c += 8, at += step) {
      const eight = load<u64>(own + c),
        low = <u32>eight,
        high = <u32>(eight >> 32);
      add(at + ((low << 3) & 2040), pair);
      at += step;
      add(at + ((low >> 5) & 2040), pair);
      at += step;
      add(at + ((low >> 13) & 2040), pair);
      at += step;
      add(at + ((low >> 21) & 2040), pair);
      at += step;
      add(at + ((high << 3) & 2040), pair);
      at += step;
      add(at + ((high >> 5) & 2040), pair);
      at += step;
      add(at + ((high >> 13) & 2040), pair);
      at += step;
      add(at + ((high >> 21) & 2040), pair);
    }
    for (; c < count; c++, at += step) add(at + ((<usize>load<u8>(own + c)) << 3), pair);
  }
}

/** Partial number first / chunk of `partials`: sums over rows first to end of `order`, of all columns or of the `count` ones listed (i32). */
export function histogram(
  first: i32,
  end: i32,
  scratch: usize,
  order: usize,
  pairs: usize,
  bins: usize,
  stride: i32,
  listed: usize,
  count: i32,
  partials: usize,
  bytes: i32,
  chunk: i32,
  width: i32,
): void {
  addRows(first, end, order, pairs, bins, stride, listed, 0, count, partials + <usize>bytes * (first / chunk), width);
}

/** Adds what `addRows` would of all columns, from the entries of rows: u32 [entries] of each row `starts` (i32) to the next one's. */
function addEntries(first: i32, end: i32, order: usize, pairs: usize, starts: usize, entries: usize, out: usize): i64 {
  let total: i64 = 0;
  for (let i = first; i < end; i++) {
    const row: usize = load<u32>(order + ((<usize>i) << 2)),
      pair = load<i64>(pairs + (row << 3)),
      last = entries + ((<usize>load<u32>(starts + (row << 2), 4)) << 2);
    total += pair;
    for (let at = entries + ((<usize>load<u32>(starts + (row << 2))) << 2); at < last; at += 4) add(out + load<u32>(at), pair);
  }
  return total;
}

/**
 * `histogram` of rows that stand in the most frequent bin of most columns (`usual`, u8 [columns]): only their other bins are added up, and what is missing from
 * the rows' total is the usual bin's. An entry is a column times `width` plus 8 times a bin.
 */
export function sparseHistogram(
  first: i32,
  end: i32,
  scratch: usize,
  order: usize,
  pairs: usize,
  starts: usize,
  entries: usize,
  usual: usize,
  binCounts: usize,
  columns: i32,
  partials: usize,
  bytes: i32,
  chunk: i32,
  width: i32,
): void {
  const out = partials + <usize>bytes * (first / chunk);
  for (let c: usize = 0; c < <usize>columns; c++) {
    const own = out + c * width,
      used = (<usize>(load<i32>(binCounts + (c << 2)) + 1)) << 3;
    for (let b: usize = 0; b < used; b += 16) v128.store(own + b, i64x2.splat(0));
  }
  const total = addEntries(first, end, order, pairs, starts, entries, out);
  for (let c: usize = 0; c < <usize>columns; c++) {
    const own = out + c * width,
      used = (<usize>(load<i32>(binCounts + (c << 2)) + 1)) << 3;
    let sum = i64x2.splat(0);
    for (let b: usize = 0; b < used; b += 16) sum = i64x2.add(sum, v128.load(own + b));
    store<i64>(own + ((<usize>load<u8>(usual + c)) << 3), total - i64x2.extract_lane(sum, 0) - i64x2.extract_lane(sum, 1));
  }
}

/** Entries of rows first to end, see `sparseHistogram`, from where `starts` says. */
export function toEntries(
  first: i32,
  end: i32,
  scratch: usize,
  bins: usize,
  stride: i32,
  columns: i32,
  usual: usize,
  starts: usize,
  width: i32,
  entries: usize,
): void {
  for (let row = first; row < end; row++) {
    const own = bins + <usize>row * stride;
    let at = entries + ((<usize>load<u32>(starts + ((<usize>row) << 2))) << 2);
    for (let c: usize = 0; c < <usize>columns; c++) {
      const bin: u32 = load<u8>(own + c);
      if (bin == <u32>load<u8>(usual + c)) continue;
      store<u32>(at, <u32>c * width + (bin << 3));
      at += 4;
    }
  }
}
