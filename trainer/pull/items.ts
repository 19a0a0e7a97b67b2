import { join } from 'node:path';
import type { Manifest } from '../../shared/contract/release.ts';
import type { TrafficPlan } from '../../shared/contract/traffic.ts';
import { checkManifest } from '../../shared/release/manifest.ts';
import { Failure } from '../failure.ts';
import { writeAtomically } from '../log/atomic.ts';
import { logItemsFile } from '../log/catalogue.ts';
import { type AdminOptions, adminPath, createAdminCalls, type PublishTarget } from '../release/admin.ts';

/** Writes the items of the release that is live (the control arm's) into a log directory. @throws Failure refused, unreachable */
export async function pullItems(
  target: PublishTarget,
  directory: string,
  options?: AdminOptions,
): Promise<{ readonly release: string; readonly items: number }> {
  const { expectOk } = createAdminCalls(target, options);
  const base = adminPath(target.site);
  const plan = (await (await expectOk({ method: 'GET', path: `${base}/plan` })).json()) as TrafficPlan;
  const release = plan.arms.find(({ mode }) => mode === 'live')?.release;
  if (!release) throw new Failure('refused', `no release of ${target.site} is live`, 'Publish one first: `vitrine publish`.');
  const manifest: Manifest = checkManifest(await (await expectOk({ method: 'GET', path: `${base}/releases/${release}` })).json());
  const file = manifest.files.find(({ role }) => role === 'items');
  if (!file) throw new Failure('refused', `the release ${release} has no items`);
  const path = `/v1/files/${file.sha256}?site=${encodeURIComponent(target.site)}`;
  const text = await (await expectOk({ method: 'GET', path })).text();
  await writeAtomically(join(directory, logItemsFile), text);
  return { release, items: manifest.items };
}
