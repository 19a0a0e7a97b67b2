import type { Indices, Ops } from './ops.ts';

/** Rows that a batch touches, each once: a dense number (slot) per id, in the order in which ids are added. */
export interface Slots {
  readonly count: number;
  /** Id by slot. */
  readonly ids: Indices;
  /** The slot of an id, a new one where it has none. @throws RangeError beyond the capacity. */
  of(id: number): number;
  /** Gives slots to nobody until their number is a multiple of 8: their id is the number of ids. @returns slots so far. */
  pad(): number;
  clear(): void;
}

/** @param ids there are ids 0 to ids - 1. */
export function createSlots(ops: Ops, ids: number, capacity: number): Slots {
  const slotOf = new Int32Array(ids).fill(-1);
  const own = ops.indices(capacity);
  let count = 0;
  return {
    get count() {
      return count;
    },
    ids: own,
    of(id) {
      const known = slotOf[id] as number;
      if (known >= 0) return known;
      if (count >= capacity) throw new RangeError(`slots: more than ${capacity} ids`);
      own[count] = id;
      slotOf[id] = count;
      return count++;
    },
    pad() {
      const padded = Math.ceil(count / 8) * 8;
      if (padded > capacity) throw new RangeError(`slots: more than ${capacity} ids`);
      own.fill(ids, count, padded);
      count = padded;
      return count;
    },
    clear() {
      for (let s = 0; s < count; s++) if ((own[s] as number) < ids) slotOf[own[s] as number] = -1;
      count = 0;
    },
  };
}

/** Groups entries by key, in their order: a counting sort into preallocated memory. */
export interface Grouping {
  /** Entries of group g are members[offsets[g]] to members[offsets[g + 1]]. */
  readonly offsets: Indices;
  readonly members: Indices;
  /** Entries 0 to n with keys[e]; the member is values[e], or e. */
  group(keys: Int32Array, n: number, groups: number, values?: Int32Array): void;
}

export function createGrouping(ops: Ops, mostGroups: number, mostEntries: number): Grouping {
  const offsets = ops.indices(mostGroups + 1);
  const members = ops.indices(mostEntries);
  const next = new Int32Array(mostGroups + 1);
  return {
    offsets,
    members,
    group(keys, n, groups, values) {
      next.fill(0, 0, groups);
      for (let e = 0; e < n; e++) {
        const g = keys[e] as number;
        next[g] = (next[g] as number) + 1;
      }
      let at = 0;
      for (let g = 0; g < groups; g++) {
        const own = next[g] as number;
        offsets[g] = at;
        next[g] = at;
        at += own;
      }
      offsets[groups] = at;
      for (let e = 0; e < n; e++) {
        const g = keys[e] as number;
        const to = next[g] as number;
        members[to] = values === undefined ? e : (values[e] as number);
        next[g] = to + 1;
      }
    },
  };
}
