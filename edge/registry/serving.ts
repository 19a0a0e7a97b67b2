import type { ReleaseId, SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import type { Degraded } from '../../shared/contract/pack.ts';
import type { Manifest } from '../../shared/contract/release.ts';
import type { Engine } from '../../shared/model/engine.ts';
import { type OpenRelease, openRelease, releaseIndex } from '../../shared/release/open.ts';
import type { SourceRelease } from '../../shared/release/source.ts';
import type { VectorIndex } from '../../shared/vector/search.ts';
import { within } from '../deadline.ts';
import type { Ports } from '../port.ts';
import { openLight } from '../rank/engine.ts';
import { openSources } from '../retrieve/encoder.ts';
import { ByteCache } from './byte-cache.ts';
import { readReleaseFile, readVerified } from './file.ts';

/** An isolate has 128 MB. Decoded tables are views of the files' bytes; items as objects take some three times their JSON. */
const releasesBytes = 48 * 1024 * 1024;
/** Opening a release of 10,000 items takes well under a second, cold; later than this an older one answers. */
const openDeadlineMs = 3000;
/** After a failure nobody tries again for this long. */
const coolDownMs = 2000;

/** A release in this isolate, ready to answer. */
export interface ServingRelease {
  readonly site: SiteId;
  readonly id: ReleaseId;
  readonly open: OpenRelease;
  readonly index: VectorIndex;
  /** What sources read. */
  readonly sources: SourceRelease;
  /** Whether the release has an encoder that is not used. */
  readonly encoderRefused: boolean;
  /** Absent when the light ranker is refused: the blended order stays. */
  readonly light?: Engine;
  /** Why it is refused. */
  readonly refused?: string;
  readonly bytes: number;
}

export interface Served {
  /** Absent when nothing can answer. */
  readonly release?: ServingRelease;
  readonly degraded: readonly Degraded[];
}

export interface Serving {
  /** The arm's release; when it cannot be opened in time, the last one of this site that could. Never throws. */
  forArm(site: SiteId, release: ReleaseId | undefined): Promise<Served>;
}

/** Opened releases, bounded by bytes. Every file is checked against its SHA-256, and the light ranker against its golden scores. */
export function createServing(ports: Ports): Serving {
  const releases = new ByteCache<ServingRelease>(releasesBytes, ({ bytes }) => bytes);
  const lastGood = new Map<SiteId, ReleaseId>();
  const failedMs = new Map<string, number>();

  const opened = (site: SiteId, id: ReleaseId) => {
    const name = key.manifest(site, id);
    return releases.get(name, () => {
      const load = open(site, id, ports);
      // Others wait for this load; it must not end with the request that began it.
      ports.defer(load.catch((error) => console.warn('release', name, error)));
      return load;
    });
  };

  return {
    async forArm(site, release) {
      if (release === undefined) return { degraded: [{ stage: 'retrieve', reason: 'no-release' }] };
      const name = key.manifest(site, release);
      let reason = 'release-failed';
      if (!(ports.nowMs() - (failedMs.get(name) ?? Number.NEGATIVE_INFINITY) < coolDownMs)) {
        try {
          const serving = await within(openDeadlineMs, opened(site, release));
          if (serving) {
            lastGood.set(site, release);
            failedMs.delete(name);
            return { release: serving, degraded: [] };
          }
          reason = 'release-late';
        } catch {
          failedMs.set(name, ports.nowMs());
        }
      }
      const previous = lastGood.get(site);
      const held = previous === undefined || previous === release ? undefined : releases.peek(key.manifest(site, previous));
      const older = await held?.catch(() => undefined);
      if (!older) return { degraded: [{ stage: 'retrieve', reason: 'no-release' }] };
      return { release: older, degraded: [{ stage: 'retrieve', reason }] };
    },
  };
}

async function open(site: SiteId, id: ReleaseId, ports: Ports): Promise<ServingRelease> {
  const decoder = new TextDecoder();
  const text = await readVerified(key.manifest(site, id), id, ports);
  // Checked when it was published; its digest says that these are the same bytes.
  const manifest = JSON.parse(decoder.decode(text)) as Manifest;
  const release = await openRelease(manifest, (file) => readReleaseFile(site, file, ports), {
    text: (bytes) => decoder.decode(bytes),
  });
  const light = openLight(release, ports.kernels.rank);
  const sources = openSources(release, ports.kernels.rank);
  // The scan kernel holds its own copy of the vectors; in lists there is one more, in their order.
  const bytes = manifest.files.reduce((sum, { role, bytes }) => sum + weightOf(role) * bytes, 0);
  return { site, id, open: release, index: releaseIndex(ports.kernels.openScan, release), bytes, ...sources, ...light };
}

function weightOf(role: Manifest['files'][number]['role']): number {
  if (role === 'heavy') return 0;
  if (role === 'items') return 3;
  return role === 'vectors' ? 2 : 1;
}
