import { recentIds } from './aggregate/spec.ts';

/** The ids of a list that is in use, for look-ups: a state is plain JSON, and to compare an id with each of a list takes longer than all aggregates. */
const known = new WeakMap<string[], Set<string>>();

/**
 * Whether an event is a duplicate of one of the last `recentIds` distinct ids; remembers its id otherwise. `ids`: oldest arrival first; nothing else may
 * change it. An event without an id is never one.
 */
export function isDuplicate(ids: string[], id: string | undefined): boolean {
  if (id === undefined) return false;
  let set = known.get(ids);
  if (!set) {
    set = new Set(ids);
    known.set(ids, set);
  }
  if (set.has(id)) return true;
  set.add(id);
  ids.push(id);
  if (ids.length > recentIds) set.delete(ids.shift() as string);
  return false;
}
