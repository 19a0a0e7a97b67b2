import type { ReleaseId, SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import type { Manifest } from '../../shared/contract/release.ts';
import type { Arm } from '../../shared/contract/traffic.ts';
import type { FeatureDefinition, FeatureSetDocument } from '../../shared/feature/definition.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import type { Ports } from '../port.ts';
import { readReleaseFile, readVerified } from '../registry/file.ts';
import type { Traffic } from '../registry/traffic.ts';

const heldSets = 200;

/** Definitions that are in use, without opening whole releases. */
export interface LiveDefinitions {
  /**
   * Edge features that rankers of the releases in a site's plan take, release after release, those of arms without traffic too: what is switched on finds
   * its states kept up to date.
   * @throws Error when the plan or a set cannot be read.
   */
  of(site: SiteId): Promise<{ readonly arms: readonly Arm[]; readonly definitions: readonly FeatureDefinition[] }>;
}

export function createLiveDefinitions(ports: Ports, traffic: Traffic): LiveDefinitions {
  /** A release never changes. */
  const held = new Map<string, Promise<readonly FeatureDefinition[]>>();

  const edgeOf = (site: SiteId, release: ReleaseId) => {
    const name = key.manifest(site, release);
    const known = held.get(name) ?? readEdge(site, release, ports);
    held.delete(name);
    held.set(name, known);
    known.catch(() => held.delete(name));
    for (const oldest of held.keys()) {
      if (held.size <= heldSets) break;
      held.delete(oldest);
    }
    return known;
  };

  return {
    async of(site) {
      const { plan } = await traffic.planOf(site);
      const arms = plan?.arms ?? [];
      const releases = [...new Set(arms.map(({ release }) => release))];
      const sets = await Promise.all(releases.map((release) => edgeOf(site, release)));
      return { arms, definitions: sets.flat() };
    },
  };
}

async function readEdge(site: SiteId, release: ReleaseId, ports: Ports): Promise<readonly FeatureDefinition[]> {
  const decoder = new TextDecoder();
  const manifest = JSON.parse(decoder.decode(await readVerified(key.manifest(site, release), release, ports))) as Manifest;
  const file = manifest.files.find(({ role }) => role === 'features');
  if (!file) throw new Error(`${release} names no features file`);
  const document = JSON.parse(decoder.decode(await readReleaseFile(site, file, ports))) as FeatureSetDocument;
  return openFeatureSet(document).definitionOf.edge;
}
