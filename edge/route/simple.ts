import type { SiteId } from '../../shared/contract/id.ts';
import { ProblemError } from '../problem.ts';
import { visitorAddress } from './address.ts';
import type { Services } from './context.ts';

/** What a page can send without a preflight, and JSON. A beacon of a string is text/plain; one without a type has none. */
const contentTypes = new Set(['', 'text/plain', 'application/json']);

/**
 * Admits what a page sends while it closes: any page may, without a preflight, as often as the limit allows.
 * @throws ProblemError unsupported-media-type, rate-limited, unknown-site
 */
export async function admitSimple(
  request: Request,
  site: SiteId,
  kind: 'event' | 'forget',
  { ports, traffic }: Pick<Services, 'ports' | 'traffic'>,
): Promise<void> {
  const contentType = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!contentTypes.has(contentType))
    throw new ProblemError('unsupported-media-type', 'this is sent as application/json or text/plain');
  if (!(await ports.gate.allows(`${kind} ${site} ${visitorAddress(request)}`)))
    throw new ProblemError('rate-limited', 'too many requests from this address; keep it and try again');
  // What is for a site that is not ours is refused; when nobody can say whether it is, it is taken.
  const known = await traffic.planOf(site).catch(() => undefined);
  if (known && !known.plan) throw new ProblemError('unknown-site', `this deployment has no site ${site}`, { at: 'site' });
}
