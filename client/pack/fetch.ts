import { limit } from '../../shared/contract/limit.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import { checkPack } from './check.ts';

/**
 * Asks the edge, for at most limit.packDeadlineMs including the body.
 * @throws when the edge is unreachable, late, refuses, or answers with something that is not a pack
 */
export async function fetchPack(url: string): Promise<Pack> {
  // No cookies: the edge knows a visitor only by what consent put into the address.
  const response = await fetch(url, { signal: AbortSignal.timeout(limit.packDeadlineMs), credentials: 'omit' });
  if (!response.ok) throw new Error();
  return checkPack(await response.json());
}
