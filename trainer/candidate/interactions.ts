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
}

/**
 * A way to learn an artifact of the release from interactions. One implementation per file; the same interactions and settings
 * give the same artifact, bit for bit.
 */
export interface CandidateModel<Settings, Artifact> {
  readonly name: string;
  /** @param throughMs every interaction is strictly before this time. */
  fit(log: Interactions, settings: Settings, throughMs: number): Artifact;
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
  };
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
