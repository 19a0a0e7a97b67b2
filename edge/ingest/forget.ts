import type { Forgotten } from '../../shared/contract/event.ts';
import { isSha256, type SiteId, type UserKey } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import { sha256Native } from '../pack/digest.ts';
import type { Ports } from '../port.ts';
import { ProblemError } from '../problem.ts';

type Stores = Pick<Ports, 'files' | 'online' | 'nowMs'>;

/**
 * Forgets a visitor up to now: once this returns, a tombstone is stored, who reads the log drops the visitor's rows, and the
 * online store has no state of the visitor or of the visitor's sessions. It holds the digest of the
 * user key only, and all of it is in its name, so that a list of names says whom to drop. Repeating it moves the time.
 * @throws ProblemError overloaded: nothing is certain; to do it again is safe.
 */
export async function forgetUser(site: SiteId, user: UserKey, { files, online, nowMs }: Stores): Promise<Forgotten> {
  const tombstone = { user: await sha256Native(user), untilMs: nowMs() };
  try {
    await files.write(key.forget(site, tombstone.user, tombstone.untilMs), '');
    await online.forget(site, user, tombstone.untilMs);
  } catch (error) {
    console.warn('forget', error);
    throw new ProblemError('overloaded', 'this cannot be stored now; try again');
  }
  return tombstone;
}

const pageObjects = 1000;

/** Who is forgotten. A visitor may occur more than once; the latest time counts. */
export async function forgottenUsers(
  site: SiteId,
  cursor: string | undefined,
  { files }: Pick<Ports, 'files'>,
): Promise<{ readonly forgotten: readonly Forgotten[]; readonly cursor?: string }> {
  const prefix = key.forgotten(site);
  const { objects, cursor: next } = await files.list(prefix, cursor, pageObjects);
  const latest = new Map<string, number>();
  for (const object of objects) {
    const [user = '', untilMs = ''] = object.key.slice(prefix.length).split('/');
    if (isSha256(user) && /^\d+$/.test(untilMs)) latest.set(user, Math.max(latest.get(user) ?? 0, Number(untilMs)));
  }
  const forgotten = Array.from(latest, ([user, untilMs]) => ({ user, untilMs }));
  return { forgotten, ...(next !== undefined && { cursor: next }) };
}
