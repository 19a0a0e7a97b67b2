// Exact int8 scan with top-k. What it computes is said in ../scan.ts; ../scan-plain.ts is its twin in plain TypeScript.
// Addresses are in bytes. Nothing here allocates.

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

/** Four products of int8 row and int16 query in 32-bit lanes, to be added across. */
function product(row: usize, low: v128, high: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(v128.load8x8_s(row), low), i32x4.dot_i16x8_s(v128.load8x8_s(row, 8), high));
}

/** [sum a, sum b] of pairs: lanes a0+a1, a2+a3, b0+b1, b2+b3. */
function pairs(a: v128, b: v128): v128 {
  return i32x4.add(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7));
}

/** Whether (score, id) is worse than the other: a lower score, or the same score and a higher id. */
function worse(score: f32, id: u32, otherScore: f32, otherId: u32): bool {
  return score < otherScore || (score == otherScore && id > otherId);
}

/** Puts (score, id) in place of the root of a heap with the worst on top. */
function sink(ids: usize, scores: usize, size: i32, score: f32, id: u32): void {
  let at: i32 = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    const next = child + 1;
    if (
      next < size &&
      worse(
        load<f32>(scores + (next << 2)),
        load<u32>(ids + (next << 2)),
        load<f32>(scores + (child << 2)),
        load<u32>(ids + (child << 2)),
      )
    )
      child = next;
    if (!worse(load<f32>(scores + (child << 2)), load<u32>(ids + (child << 2)), score, id)) break;
    store<f32>(scores + (at << 2), load<f32>(scores + (child << 2)));
    store<u32>(ids + (at << 2), load<u32>(ids + (child << 2)));
    at = child;
  }
  store<f32>(scores + (at << 2), score);
  store<u32>(ids + (at << 2), id);
}

/**
 * Four rows at a time against a running threshold; only survivors leave the loop. `dim` is a multiple of 16, rows are padded to a
 * multiple of 4 with scale NaN, which never passes. Result: ids and scores, best first; slots that nothing took have score -Infinity.
 */
export function scan(data: usize, scales: usize, rows: i32, dim: i32, query: usize, k: i32, ids: usize, scores: usize): void {
  for (let i: i32 = 0; i < k; i++) {
    store<f32>(scores + (i << 2), -Infinity);
    store<u32>(ids + (i << 2), u32.MAX_VALUE);
  }
  let threshold = f32x4.splat(-Infinity);
  let a = data;
  for (let row: i32 = 0; row < rows; row += 4) {
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
    const four = f32x4.mul(f32x4.convert_i32x4_s(pairs(pairs(sumA, sumB), pairs(sumC, sumD))), v128.load(scales + (row << 2)));
    const survivors = i32x4.bitmask(f32x4.gt(four, threshold));
    if (survivors) {
      let scoresOf = four;
      for (let i: i32 = 0; i < 4; i++) {
        const score = f32x4.extract_lane(scoresOf, 0);
        scoresOf = i32x4.shuffle(scoresOf, scoresOf, 1, 2, 3, 0);
        if (score > load<f32>(scores)) sink(ids, scores, k, score, row + i);
      }
      threshold = v128.load32_splat(scores);
    }
  }
  // Heap sort: the worst goes last.
  for (let last: i32 = k - 1; last > 0; last--) {
    const score = load<f32>(scores);
    const id = load<u32>(ids);
    sink(ids, scores, last, load<f32>(scores + (last << 2)), load<u32>(ids + (last << 2)));
    store<f32>(scores + (last << 2), score);
    store<u32>(ids + (last << 2), id);
  }
}
