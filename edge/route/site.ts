import type { SiteId } from '../../shared/contract/id.ts';
import { ProblemError } from '../problem.ts';
import type { ServingRelease } from '../registry/serving.ts';
import { checkQuery } from '../schema/check.ts';
import { siteQuery } from '../schema/query.ts';
import type { Services } from './context.ts';

/** The release that a catalogue read is answered from: that of the site's first live arm. @throws ProblemError unknown-site, not-ready */
export async function releaseOfSite(
  url: string,
  { traffic, serving }: Services,
): Promise<{ site: SiteId; release: ServingRelease }> {
  const { site } = checkQuery(siteQuery, url);
  const { plan } = await planOfSite(site, traffic);
  const { release } = await serving.forArm(
    site,
    plan.arms.find(({ mode }) => mode === 'live'),
  );
  if (!release) throw new ProblemError('not-ready', `no release of ${site} can be served`);
  return { site, release };
}

/** @throws ProblemError unknown-site; not-ready when the registry cannot be asked. */
export async function planOfSite(site: SiteId, traffic: Services['traffic']) {
  let answer: Awaited<ReturnType<typeof traffic.planOf>>;
  try {
    answer = await traffic.planOf(site);
  } catch (error) {
    console.warn('registry', error);
    throw new ProblemError('not-ready', 'the registry cannot be asked');
  }
  const { plan, stale } = answer;
  if (!plan) throw new ProblemError('unknown-site', `this deployment has no site ${site}`, { at: 'site' });
  return { plan, stale };
}
