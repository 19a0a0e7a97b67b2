import { createHash } from 'node:crypto';
import type { Manifest } from '../../shared/contract/release.ts';
import type { TrafficPlan } from '../../shared/contract/traffic.ts';
import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { checkManifest } from '../../shared/release/manifest.ts';
import { Failure } from '../failure.ts';
import { type AdminOptions, adminPath, createAdminCalls, type PublishTarget } from './admin.ts';

/** A release that was published to a site. */
export interface RegisteredRelease {
  readonly release: string;
  readonly manifest: Manifest;
  /** When the Worker was given it. */
  readonly createdMs: number;
  /** `champion live`: arms of the traffic plan that are of it, with their mode. */
  readonly arms: readonly string[];
}

/** What a site has published, newest first: the newest 100 releases. */
export interface Registry {
  readonly releases: readonly RegisteredRelease[];
  /** The feature set with this hash. @throws Failure refused, unreachable; `refused` for a hash of none of the releases, or other bytes than the manifest's. */
  features(hash: string): Promise<FeatureSetDocument>;
}

/** @throws Failure refused, unreachable */
export async function readRegistry(target: PublishTarget, options?: AdminOptions): Promise<Registry> {
  const { expectOk } = createAdminCalls(target, options);
  const base = adminPath(target.site);
  const json = async (path: string) => (await expectOk({ method: 'GET', path })).json();
  const [{ releases: rows }, plan] = await Promise.all([
    json(`${base}/releases`) as Promise<{ releases: readonly { release: string; createdMs: number }[] }>,
    json(`${base}/plan`) as Promise<TrafficPlan>,
  ]);
  const releases: RegisteredRelease[] = [];
  for (const { release, createdMs } of rows) {
    const arms = plan.arms.filter((arm) => arm.release === release).map(({ name, mode }) => `${name} ${mode}`);
    releases.push({ release, createdMs, arms, manifest: checkManifest(await json(`${base}/releases/${release}`)) });
  }
  return {
    releases,
    async features(hash) {
      const owner = releases.find(({ manifest }) => manifest.featureHash === hash);
      const file = owner?.manifest.files.find(({ role }) => role === 'features');
      if (!file) throw new Failure('refused', `no release of ${target.site} has the feature set ${hash}`);
      const path = `/v1/files/${file.sha256}?site=${encodeURIComponent(target.site)}`;
      const bytes = Buffer.from(await (await expectOk({ method: 'GET', path })).arrayBuffer());
      if (createHash('sha256').update(bytes).digest('hex') !== file.sha256)
        throw new Failure('refused', `${file.name} of the release ${owner?.release} has other bytes than its manifest says`);
      return JSON.parse(bytes.toString('utf8')) as FeatureSetDocument;
    },
  };
}
