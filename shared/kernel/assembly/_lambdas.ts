// Gradients of pairs of a list: what they are is said in ../lambdas-plain.ts.

function scoreAt(scores: usize, i: i32): f64 {
  return load<f64>(scores + ((<usize>i) << 3));
}

/** Whether document a stands before document b: a higher score, or the same and earlier in the file. */
function before(scores: usize, a: i32, b: i32): bool {
  const x = scoreAt(scores, a),
    y = scoreAt(scores, b);
  return x > y || (x == y && a < b);
}

/** Shell's sort of order [n]: next to nothing where the order of the tree before is nearly right. */
function sort(order: usize, scores: usize, n: i32): void {
  let gap = 1;
  while (gap < n / 3) gap = 3 * gap + 1;
  for (; gap >= 1; gap /= 3) {
    for (let i = gap; i < n; i++) {
      const moved = load<i32>(order + ((<usize>i) << 2));
      let at = i;
      for (; at >= gap; at -= gap) {
        const other = load<i32>(order + ((<usize>(at - gap)) << 2));
        if (!before(scores, moved, other)) break;
        store<i32>(order + ((<usize>at) << 2), other);
      }
      store<i32>(order + ((<usize>at) << 2), moved);
    }
  }
}

function add(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** Of one list of n documents; `sums` [n x 2] becomes gradients and hessians, `order` [n] the documents by place. @returns what both are to be multiplied by. */
export function listLambdas(
  n: i32,
  order: usize,
  scores: usize,
  gains: usize,
  discounts: usize,
  sums: usize,
  scale: f64,
  sigma: f64,
  truncation: i32,
  normalise: i32,
): f64 {
  memory.fill(sums, 0, (<usize>n) << 4);
  if (!(scale > 0) || n < 2) return 1;
  sort(order, scores, n);
  const spread = scoreAt(scores, load<i32>(order)) != scoreAt(scores, load<i32>(order + ((<usize>(n - 1)) << 2)));
  const smooth = normalise != 0 && spread;
  let total: f64 = 0;
  for (let a = 0; a < min(n - 1, truncation); a++) {
    const first = load<i32>(order + ((<usize>a) << 2)),
      firstScore = scoreAt(scores, first),
      firstGain = scoreAt(gains, first),
      firstDiscount = load<f64>(discounts + ((<usize>a) << 3));
    for (let b = a + 1; b < n; b++) {
      const second = load<i32>(order + ((<usize>b) << 2)),
        gap = firstGain - scoreAt(gains, second);
      if (gap == 0) continue;
      // From the better of the two to the worse.
      const apart = firstScore - scoreAt(scores, second),
        difference = gap > 0 ? apart : -apart;
      let weight = abs(gap) * (firstDiscount - load<f64>(discounts + ((<usize>b) << 3))) * scale;
      if (smooth) weight /= 0.01 + abs(difference);
      const wrong = 1 / (1 + Math.exp(sigma * difference)),
        slope = sigma * weight * wrong,
        curve = sigma * slope * (1 - wrong),
        signed = gap > 0 ? slope : -slope,
        own = sums + ((<usize>first) << 4),
        other = sums + ((<usize>second) << 4);
      add(own, -signed);
      add(other, signed);
      add(own + 8, curve);
      add(other + 8, curve);
      total += 2 * slope;
    }
  }
  return normalise != 0 && total > 0 ? Math.log2(1 + total) / total : 1;
}
