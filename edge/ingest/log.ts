import type { LogEvent } from '../../shared/contract/event.ts';
import type { SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Ports } from '../port.ts';
import { ProblemError } from '../problem.ts';
import { messageVersion } from './message.ts';

/** Events that came together. */
export interface LogBatch {
  readonly site: SiteId;
  /** SHA-256 of site, user and event ids: the same batch, sent again, has the same. */
  readonly digest: string;
  readonly rows: readonly LogEvent[];
}

/**
 * Puts a batch into the log, then announces it: when this returns, the events are stored and what follows from them will be done. The object is
 * named by the batch's digest and the first write stays, so that a batch that is sent again changes nothing; it is announced again, and
 * who listens knows events by their ids.
 * @param hour Of arrival.
 * @returns whether the object is new.
 * @throws ProblemError overloaded: not everything was done; to do it again is safe.
 */
export async function logEvents(
  { site, digest, rows }: LogBatch,
  hour: string,
  { files, log }: Pick<Ports, 'files' | 'log'>,
): Promise<boolean> {
  try {
    const stored = await files.create(key.events(site, hour, digest), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
    for (let from = 0; from < rows.length; from += limit.eventBatchCount)
      await log.send({ v: messageVersion, kind: 'events', site, events: rows.slice(from, from + limit.eventBatchCount) });
    return stored;
  } catch (error) {
    console.warn('log', error);
    throw new ProblemError('overloaded', 'the log cannot take events now; keep them and try again');
  }
}
