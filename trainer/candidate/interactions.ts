/**
 * What every candidate model is fitted on: positive interactions in time order, as columns. Users and items are dense indices;
 * `item` is the ordinal of the release's item table. All arrays have length `n`.
 */
export interface Interactions {
  readonly n: number;
  readonly users: number;
  readonly items: number;
  readonly user: Int32Array;
  readonly item: Int32Array;
  /** Milliseconds since 1970, never decreasing. */
  readonly tMs: Float64Array;
  /** Label weight of the event's type, > 0. */
  readonly weight: Float32Array;
  /** What the event says in its own unit, such as stars; NaN: nothing. Absent: no event says anything. */
  readonly value?: Float32Array;
  /** The visitor's segment (country, device, ...) at that time, a dense index; -1: unknown. Absent: the data tells none. */
  readonly segment?: Int32Array;
}

/** The interactions strictly before `endMs`, as views (no copies). */
export function before(log: Interactions, endMs: number): Interactions {
  const n = countBefore(log.tMs, endMs);
  return {
    ...log,
    n,
    user: log.user.subarray(0, n),
    item: log.item.subarray(0, n),
    tMs: log.tMs.subarray(0, n),
    weight: log.weight.subarray(0, n),
    ...(log.value && { value: log.value.subarray(0, n) }),
    ...(log.segment && { segment: log.segment.subarray(0, n) }),
  };
}

/** Sums of weights stay far inside float32. */
const largestWeight = 1e6;

/**
 * What every fit begins with: columns of one length, indices in range, times finite and never decreasing, weights in
 * (0, largestWeight].
 * @throws RangeError that names the first place that is wrong.
 */
export function checkInteractions(log: Interactions): void {
  const { n, users, items, user, item, tMs, weight } = log;
  const lengths = [user, item, tMs, weight, log.value ?? user, log.segment ?? user].map((column) => column.length);
  if (lengths.some((length) => length !== n))
    throw new RangeError(`interactions: ${n} promised, columns of ${lengths.join(', ')}`);
  let previous = Number.NEGATIVE_INFINITY;
  for (let e = 0; e < n; e++) {
    const fault = (what: string, value: number | undefined) => new RangeError(`interaction ${e}: ${what} ${value}`);
    if (!((user[e] as number) >= 0 && (user[e] as number) < users)) throw fault(`one of ${users} users expected, not`, user[e]);
    if (!((item[e] as number) >= 0 && (item[e] as number) < items)) throw fault(`one of ${items} items expected, not`, item[e]);
    if (!((weight[e] as number) > 0 && (weight[e] as number) <= largestWeight))
      throw fault(`a weight above 0 and at most ${largestWeight} expected, not`, weight[e]);
    const t = tMs[e] as number;
    if (!(t >= previous && Number.isFinite(t))) throw fault('a finite time, not before the one above, expected, not', t);
    if (log.value && Math.abs(log.value[e] as number) === Number.POSITIVE_INFINITY)
      throw fault('a finite value expected, not', log.value[e]);
    previous = t;
  }
}

/** Number of leading entries of the ascending `times` that are strictly before `endMs`. */
export function countBefore(times: Float64Array, endMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < endMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows of a sparse matrix: entries `offsets[r]` to `offsets[r + 1]` of `entries` belong to row r, in the order of the log. */
export interface Grouped {
  readonly offsets: Int32Array;
  readonly entries: Int32Array;
}

/** Stable counting sort of 0..n-1 by `key`: the indices of the log grouped by user or by item. */
export function groupBy(key: Int32Array, groups: number): Grouped {
  const offsets = new Int32Array(groups + 1);
  for (const k of key) offsets[k + 1] = (offsets[k + 1] as number) + 1;
  for (let g = 0; g < groups; g++) offsets[g + 1] = (offsets[g + 1] as number) + (offsets[g] as number);
  const next = offsets.slice(0, groups);
  const entries = new Int32Array(key.length);
  for (let i = 0; i < key.length; i++) {
    const k = key[i] as number;
    const at = next[k] as number;
    entries[at] = i;
    next[k] = at + 1;
  }
  return { offsets, entries };
}
