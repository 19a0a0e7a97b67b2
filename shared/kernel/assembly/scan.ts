// Search of int8 vectors with top-k. What it computes is said in ../scan.ts; ../scan-plain.ts is its twin in plain TypeScript.
// Addresses are in bytes. Nothing here allocates.

// Rows that passed are kept as 64-bit keys in a buffer of twice as many as are wanted; when it is full, the better half stays and its worst is the new
// threshold. Cheaper than a heap while the threshold is low, which is most of a search of short lists.
let buffer: usize = 0;
let count: i32 = 0;
let capacity: i32 = 0;
let wanted: i32 = 0;
let threshold: f32 = -Infinity;

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

/** Orders like (score descending, row ascending) when compared from great to small. A zero has no sign here. */
function keyOf(score: f32, row: u32): u64 {
  const bits = reinterpret<u32>(score + 0);
  const ordered: u32 = <i32>bits < 0 ? ~bits : bits | 0x80000000;
  return ((<u64>ordered) << 32) | <u64>~row;
}

function scoreOf(key: u64): f32 {
  const ordered = <u32>(key >> 32);
  return reinterpret<f32>(<i32>ordered < 0 ? ordered ^ 0x80000000 : ~ordered);
}

function rowOf(key: u64): u32 {
  return ~(<u32>key);
}

function keyAt(i: i32): u64 {
  return load<u64>(buffer + ((<usize>i) << 3));
}

function put(i: i32, key: u64): void {
  store<u64>(buffer + ((<usize>i) << 3), key);
}

/** Where a partition ended: what is greater is up to `upper`, what is less from `lower` on. */
let upper: i32 = 0;
let lower: i32 = 0;

/** Hoare's partition of the keys from `low` to `high` by the median of three, the greater ones first. */
function partition(low: i32, high: i32): void {
  const first = keyAt(low),
    middle = keyAt((low + high) >> 1),
    last = keyAt(high);
  const pivot = max(min(first, middle), min(max(first, middle), last));
  let i = low;
  let j = high;
  while (i <= j) {
    while (keyAt(i) > pivot) i++;
    while (keyAt(j) < pivot) j--;
    if (i <= j) {
      const key = keyAt(i);
      put(i++, keyAt(j));
      put(j--, key);
    }
  }
  upper = j;
  lower = i;
}

/** Puts the `n` greatest keys of the buffer first, in no order. */
function select(n: i32): void {
  let low: i32 = 0;
  let high = count - 1;
  while (low < high) {
    partition(low, high);
    if (n - 1 <= upper) high = upper;
    else if (n - 1 >= lower) low = lower;
    else return;
  }
}

/** Keeps the wanted ones and raises the threshold to the worst of them. */
function shrink(): void {
  select(wanted);
  count = wanted;
  let worst = keyAt(0);
  for (let i: i32 = 1; i < count; i++) worst = min(worst, keyAt(i));
  threshold = scoreOf(worst);
}

/** Starts a search for the best `k` rows. `keys`: 16 bytes for each of them. */
export function begin(keys: usize, k: i32): void {
  buffer = keys;
  wanted = k;
  capacity = 2 * k;
  count = 0;
  threshold = -Infinity;
}

/** Four products of int8 row and int16 query in 32-bit lanes, to be added across. */
function product(row: usize, low: v128, high: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(v128.load8x8_s(row), low), i32x4.dot_i16x8_s(v128.load8x8_s(row, 8), high));
}

/** [sum a, sum b] of pairs: lanes a0+a1, a2+a3, b0+b1, b2+b3. */
function pairs(a: v128, b: v128): v128 {
  return i32x4.add(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7));
}

/**
 * Offers the rows `first` to `end`, four at a time against the threshold; only survivors leave the loop (ties too: lists come in any
 * order). `dim` is a multiple of 16; three rows after the
 * last of the table must be readable. A row whose scale is NaN never passes.
 */
export function offer(data: usize, scales: usize, first: i32, end: i32, dim: i32, query: usize): void {
  let passing = f32x4.splat(threshold);
  let a = data + <usize>first * dim;
  for (let row = first; row < end; row += 4) {
    const b = a + dim,
      c = b + dim,
      d = c + dim;
    let sumA = i32x4.splat(0),
      sumB = sumA,
      sumC = sumA,
      sumD = sumA;
    for (let i: i32 = 0; i < dim; i += 16) {
      const low = v128.load(query + (i << 1));
      const high = v128.load(query + (i << 1), 16);
      sumA = i32x4.add(sumA, product(a + i, low, high));
      sumB = i32x4.add(sumB, product(b + i, low, high));
      sumC = i32x4.add(sumC, product(c + i, low, high));
      sumD = i32x4.add(sumD, product(d + i, low, high));
    }
    a = d + dim;
    const four = f32x4.mul(
      f32x4.convert_i32x4_s(pairs(pairs(sumA, sumB), pairs(sumC, sumD))),
      v128.load(scales + ((<usize>row) << 2)),
    );
    let survivors = i32x4.bitmask(f32x4.ge(four, passing));
    if (end - row < 4) survivors &= (1 << (end - row)) - 1;
    if (survivors) {
      let scores = four;
      for (let i: i32 = 0; i < 4; i++, survivors >>= 1) {
        const score = f32x4.extract_lane(scores, 0);
        scores = i32x4.shuffle(scores, scores, 1, 2, 3, 0);
        if (!(survivors & 1) || !(score >= threshold)) continue;
        put(count++, keyOf(score, row + i));
        if (count == capacity) shrink();
      }
      passing = f32x4.splat(threshold);
    }
  }
}

/** Offers the rows of each of `n` lists: list l has the rows offsets[l] to offsets[l + 1]. */
export function offerLists(data: usize, scales: usize, offsets: usize, lists: usize, n: i32, dim: i32, query: usize): void {
  for (let i: i32 = 0; i < n; i++) {
    const list = offsets + ((<usize>load<u32>(lists + (i << 2))) << 2);
    offer(data, scales, load<u32>(list), load<u32>(list, 4), dim, query);
  }
}

/** Scores what was kept once more, with float32 rows of `dim` (a multiple of 16) and a float32 query. */
export function rescore(exact: usize, dim: i32, query: usize): void {
  if (count > wanted) shrink();
  for (let k: i32 = 0; k < count; k++) {
    const row = rowOf(keyAt(k));
    const at = exact + ((<usize>row * dim) << 2);
    let even = f32x4.splat(0),
      odd = even;
    for (let i: i32 = 0; i < dim; i += 8) {
      const offset = i << 2;
      even = f32x4.add(even, f32x4.mul(v128.load(at + offset), v128.load(query + offset)));
      odd = f32x4.add(odd, f32x4.mul(v128.load(at + offset, 16), v128.load(query + offset, 16)));
    }
    const sum = f32x4.add(even, odd);
    const score =
      f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    put(k, keyOf(score, row));
  }
}

/** Sorts the keys from `low` to `high` descending: quicksort, insertion for what is short. */
function sort(low: i32, high: i32): void {
  while (high - low > 16) {
    partition(low, high);
    const next = lower;
    sort(low, upper);
    low = next;
  }
  for (let i = low + 1; i <= high; i++) {
    const key = keyAt(i);
    let j = i - 1;
    for (; j >= low && keyAt(j) < key; j--) put(j + 1, keyAt(j));
    put(j + 1, key);
  }
}

/** Writes the best `k` rows and their scores, best first. @returns how many there are. */
export function end(k: i32, rows: usize, scores: usize): i32 {
  const n = min(k, count);
  if (count > k) select(k);
  sort(0, n - 1);
  for (let i: i32 = 0; i < n; i++) {
    const key = keyAt(i);
    store<u32>(rows + (i << 2), rowOf(key));
    store<f32>(scores + (i << 2), scoreOf(key));
  }
  return n;
}
