import type { WeightedRows } from '../../candidate/weighted-rows.ts';
import { createRandom } from '../../random.ts';

/** MovieLens-1M's shape. */
const users = 6040;
const items = 3706;
const wanted = 1_000_000;
const leastPerUser = 20;
const mostShare = 0.6;

/** About a million distinct pairs; activity and popularity are log-normal, the latter wider, as films are. */
export function movieLensShape(): WeightedRows {
  const random = createRandom(1, 'als benchmark');
  const activity = Float64Array.from({ length: users }, () => Math.exp(random.normal()));
  const total = activity.reduce((sum, value) => sum + value, 0);
  const cumulative = new Float64Array(items);
  let sum = 0;
  for (let i = 0; i < items; i++) {
    sum += Math.exp(1.5 * random.normal());
    cumulative[i] = sum;
  }
  const draw = (): number => {
    const at = (random.below(2 ** 30) / 2 ** 30) * sum;
    let [low, high] = [0, items - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] as number) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const offsets = new Int32Array(users + 1);
  const rows = Array.from(activity, (value, u) => {
    const most = Math.min(items * mostShare, Math.max(leastPerUser, Math.round((wanted * value) / total)));
    const row = new Set<number>();
    for (let tries = 0; row.size < most && tries < 20 * most; tries++) row.add(draw());
    offsets[u + 1] = (offsets[u] as number) + row.size;
    return Int32Array.from(row).sort();
  });
  return { rows: users, columns: items, offsets, indices: Int32Array.from(rows.flatMap((row) => [...row])) };
}
