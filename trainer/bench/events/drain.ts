import { httpLogSource } from '../../pull/source.ts';
import type { PublishTarget } from '../../release/admin.ts';

export interface Drained {
  readonly objects: number;
  readonly rows: number;
  /** Acknowledged events that the log does not have. */
  readonly lost: number;
  /** Rows beyond the first of an id. */
  readonly duplicated: number;
  /** Rows that nobody sent. */
  readonly foreign: number;
}

const readers = 16;

/** Reads the whole event log of a site, every object checked against its listed digest, and compares it with what was acknowledged. */
export async function drain(target: PublishTarget, acknowledged: ReadonlySet<string>): Promise<Drained> {
  const source = httpLogSource(target);
  const { hours } = await source.hours('event');
  const seen = new Map<string, number>();
  let objects = 0;
  for (const hour of hours) {
    const listing = source.objects('event', hour)[Symbol.asyncIterator]();
    const reader = async () => {
      for (let next = await listing.next(); !next.done; next = await listing.next()) {
        objects++;
        const text = (await source.read(next.value)).toString();
        for (const line of text.trimEnd().split('\n')) {
          const { id } = JSON.parse(line) as { id: string };
          seen.set(id, (seen.get(id) ?? 0) + 1);
        }
      }
    };
    await Promise.all(Array.from({ length: readers }, reader));
  }
  const rows = [...seen.values()].reduce((sum, times) => sum + times, 0);
  return {
    objects,
    rows,
    lost: [...acknowledged].filter((id) => !seen.has(id)).length,
    duplicated: rows - seen.size,
    foreign: [...seen.keys()].filter((id) => !acknowledged.has(id)).length,
  };
}
