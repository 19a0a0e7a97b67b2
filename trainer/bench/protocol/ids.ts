/** Dense indices for ids, in the order in which they are first named. */
export interface Ids {
  readonly size: number;
  /** The index of an id, a new one for an id that was not named before. */
  of(id: string): number;
  find(id: string): number | undefined;
}

export function createIds(): Ids {
  const indices = new Map<string, number>();
  return {
    get size() {
      return indices.size;
    },
    of(id) {
      const known = indices.get(id);
      if (known !== undefined) return known;
      indices.set(id, indices.size);
      return indices.size - 1;
    },
    find: (id) => indices.get(id),
  };
}
