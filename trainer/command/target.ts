import { isSiteId } from '../../shared/contract/id.ts';
import { Failure } from '../failure.ts';
import type { PublishTarget } from '../release/admin.ts';

/** The site of a deployment that options name. @throws Failure `usage` */
export function targetOf(url: string, token = process.env.VITRINE_ADMIN_TOKEN, site = 'demo'): PublishTarget {
  if (!token) throw new Failure('usage', 'no admin token', 'Give --token, or set VITRINE_ADMIN_TOKEN.');
  if (!isSiteId(site)) throw new Failure('usage', `${site} is no site name`, 'A site is 1 to 63 of a-z, 0-9 and -.');
  return { url, token, site };
}
