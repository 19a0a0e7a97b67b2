import { limit } from '../../shared/contract/limit.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import { get } from '../get.ts';
import { checkPack } from './check.ts';

/**
 * Asks the edge, for at most limit.packDeadlineMs including the body.
 * @throws when the edge is unreachable, late, refuses, or answers with something that is not a pack
 */
export const fetchPack = async (url: string): Promise<Pack> => checkPack(await (await get(url, limit.packDeadlineMs)).json());
