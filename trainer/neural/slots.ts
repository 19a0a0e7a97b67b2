import type { Indices, Ops } from './ops.ts';

/** Rows that a batch touches, each once: a dense number (slot) per id, in the order in which ids are added. */
export interface Slots {
  readonly count: number;
  /** Id by slot. */
  readonly ids: Indices;
  /** The slot of an id, a new one where it has none. @throws RangeError beyond the capacity. */
  of(id: number): number;
  has(id: number): boolean;
  clear(): void;
}

export function createSlots(ops: Ops, ids: number, capacity: number): Slots {
  const slotOf = new Int32Array(ids).fill(-1);
  const own = ops.indices(capacity);
  let count = 0;
  return {
    get count() {
      return count;
    },
    ids: own,
    has: (id) => (slotOf[id] as number) >= 0,
    of(id) {
      const known = slotOf[id] as number;
      if (known >= 0) return known;
      if (count >= capacity) throw new RangeError(`slots: more than ${capacity} ids`);
      own[count] = id;
      slotOf[id] = count;
      return count++;
    },
    clear() {
      for (let s = 0; s < count; s++) slotOf[own[s] as number] = -1;
      count = 0;
    },
  };
}

/** Groups entries 0 to n by key, in order: a counting sort into preallocated memory. */
export interface Grouping {
  readonly offsets: Indices;
  readonly members: Indices;
  group(keys: ArrayLike<number>, n: number, groups: number): void;
}

export function createGrouping(ops: Ops, mostGroups: number, mostEntries: number): Grouping {
  const offsets = ops.indices(mostGroups + 1);
  const members = ops.indices(mostEntries);
  const next = new Int32Array(mostGroups);
  return {
    offsets,
    members,
    group(keys, n, groups) {
      offsets.fill(0, 0, groups + 1);
      for (let e = 0; e < n; e++) {
        const g = (keys[e] as number) + 1;
        offsets[g] = (offsets[g] as number) + 1;
      }
      for (let g = 0; g < groups; g++) {
        next[g] = offsets[g] as number;
        offsets[g + 1] = (offsets[g + 1] as number) + (offsets[g] as number);
      }
      for (let e = 0; e < n; e++) {
        const g = keys[e] as number;
        const at = next[g] as number;
        members[at] = e;
        next[g] = at + 1;
      }
    },
  };
}
