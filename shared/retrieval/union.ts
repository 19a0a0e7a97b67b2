/** Slots 0, 1, 2 ... for distinct ordinals in order of first sight: a small open-addressing hash map on typed arrays. */
export interface Union {
  /** Distinct ordinals by slot; the first `size()` count. */
  readonly ordinals: Uint32Array;
  size(): number;
  /** Slot of an ordinal, a new one at first sight. */
  slotOf(ordinal: number): number;
}

/** @param capacity Greatest number of distinct ordinals. */
export function createUnion(capacity: number): Union {
  const ordinals = new Uint32Array(capacity);
  // At most half full; entries are slot + 1, 0 is empty.
  const bits = 32 - Math.clz32(2 * capacity);
  const table = new Uint32Array(2 ** bits);
  const mask = table.length - 1;
  let size = 0;
  return {
    ordinals,
    size: () => size,
    slotOf(ordinal) {
      // Fibonacci hashing: consecutive ordinals scatter.
      let at = bits === 0 ? 0 : Math.imul(ordinal, 0x9e3779b1) >>> (32 - bits);
      for (;;) {
        const entry = table[at] as number;
        if (entry === 0) {
          ordinals[size] = ordinal;
          table[at] = ++size;
          return size - 1;
        }
        if (ordinals[entry - 1] === ordinal) return entry - 1;
        at = (at + 1) & mask;
      }
    },
  };
}
