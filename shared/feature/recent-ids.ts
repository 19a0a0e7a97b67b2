import { recentIds } from './aggregate/spec.ts';

/**
 * Whether an event is a duplicate of one of the last `recentIds` distinct ids; remembers its id otherwise. `ids`: oldest arrival first.
 * An event without an id is never one.
 */
export function isDuplicate(ids: string[], id: string | undefined): boolean {
  if (id === undefined) return false;
  if (ids.includes(id)) return true;
  ids.push(id);
  if (ids.length > recentIds) ids.shift();
  return false;
}
