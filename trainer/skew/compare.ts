import type { DeviceClass } from '../../shared/contract/request.ts';
import { isOnline } from '../../shared/feature/entity.ts';
import { isUnread, type OnlineLog, type OnlineRequest } from './online.ts';
import { type LoggedSlate, type RecomputeInput, recompute } from './recompute.ts';

/** What was found of one served feature. */
export interface Tally {
  count: number;
  maxDifference: number;
  missingMismatch: number;
  over: number;
  unread: number;
  /** The first that is over. */
  example?: { readonly slate: string; readonly item: string; readonly logged: number; readonly recomputed: number };
}

/** A logged slate with the values that were served. */
export interface SlateRow extends LoggedSlate {
  readonly slate: string;
  readonly served: Uint8Array;
  readonly user: string | null;
  readonly session: string | null;
  /** JSON */
  readonly entities: string | null;
}

export interface CompareInput extends RecomputeInput {
  readonly online: OnlineLog;
}

/** Computes a slate's values again and adds what differs to the tallies. @param columns of each served feature among those that are computed; -1: none. */
export async function compareSlate(
  row: SlateRow,
  input: CompareInput,
  { tallies, columns, tolerance }: { tallies: Tally[]; columns: readonly number[]; tolerance: number },
): Promise<void> {
  const width = columns.length;
  const bytes = Uint8Array.from(row.served);
  const logged = new Float32Array(bytes.buffer);
  if (logged.length !== row.items.length * width)
    throw new Error(`slate ${row.slate}: ${logged.length} served values for ${row.items.length} x ${width}`);
  const { release, features } = input;
  const online = await input.online.values({
    nowMs: row.issuedAtMs,
    items: row.items,
    visit: visitOf(row),
    served: (feature, k) => logged[k * width + release.features.served.indexOf(feature)] ?? Number.NaN,
  });
  const computed = recompute({ ...row, device: row.device as DeviceClass }, input, online ?? {});
  const onlineEntities = release.features.served.map((name) => {
    const feature = release.features.definitionOf.edge.find((definition) => definition.name === name);
    return feature && isOnline(feature) ? feature.entity : undefined;
  });
  const computedWidth = features.served.length;
  for (const [i, tally] of tallies.entries()) {
    const column = columns[i] as number;
    if (column < 0) continue;
    const entity = onlineEntities[i];
    if (entity !== undefined && (online === undefined || isUnread(row.degraded, entity))) {
      tally.unread += row.items.length;
      continue;
    }
    for (const [k, item] of row.items.entries()) {
      const before = logged[k * width + i] as number;
      const now = computed[k * computedWidth + column] as number;
      tally.count++;
      const missing = Number.isNaN(before) !== Number.isNaN(now);
      const difference = Math.abs(before - now) || 0;
      if (missing) tally.missingMismatch++;
      if (difference > tally.maxDifference) tally.maxDifference = difference;
      if (!missing && difference <= tolerance) continue;
      tally.over++;
      tally.example ??= { slate: row.slate, item, logged: before, recomputed: now };
    }
  }
}

const visitOf = ({ user, session, entities }: SlateRow): OnlineRequest['visit'] => ({
  ...(user !== null && { user }),
  ...(session !== null && { session }),
  ...(entities !== null && { entities: JSON.parse(entities) as Record<string, string> }),
});
