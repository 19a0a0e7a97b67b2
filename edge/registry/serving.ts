import type { ReleaseId, Sha256, SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import type { Degraded } from '../../shared/contract/pack.ts';
import type { Manifest } from '../../shared/contract/release.ts';
import type { Arm } from '../../shared/contract/traffic.ts';
import type { Engine } from '../../shared/model/engine.ts';
import { applyDelta } from '../../shared/release/apply-delta.ts';
import { decodeReleaseDelta } from '../../shared/release/delta.ts';
import { type OpenRelease, openRelease, releaseIndex } from '../../shared/release/open.ts';
import type { SourceRelease } from '../../shared/release/source.ts';
import { withDelta } from '../../shared/vector/delta.ts';
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
  /** What has changed since is in `open` and `index`. */
  readonly delta?: Sha256;
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
  /**
   * The arm's release with what has changed since; when that cannot be opened in time, with what had changed before, or as it was; when the release cannot,
   * the last one of this site that could. Never throws.
   */
  forArm(site: SiteId, arm: Pick<Arm, 'release' | 'delta'> | undefined): Promise<Served>;
}

/** Opened releases, bounded by bytes. Every file is checked against its SHA-256, and the light ranker against its golden scores. */
export function createServing(ports: Ports): Serving {
  const releases = new ByteCache<ServingRelease>(releasesBytes, ({ bytes }) => bytes);
  /** Names in the cache of what was last opened, by site, and with a delta by release. */
  const lastGood = new Map<string, string>();
  const failedMs = new Map<string, number>();

  const opened = (name: string, load: () => Promise<ServingRelease>) =>
    releases.get(name, () => {
      const loading = load();
      // Others wait for this load; it must not end with the request that began it.
      ports.defer(loading.catch((error) => console.warn('release', name, error)));
      return loading;
    });

  /** What was opened under a name, or why not. */
  const attempt = async (name: string, load: () => Promise<ServingRelease>): Promise<ServingRelease | 'failed' | 'late'> => {
    if (ports.nowMs() - (failedMs.get(name) ?? Number.NEGATIVE_INFINITY) < coolDownMs) return 'failed';
    try {
      const found = await within(openDeadlineMs, opened(name, load));
      if (found) failedMs.delete(name);
      return found ?? 'late';
    } catch {
      failedMs.set(name, ports.nowMs());
      return 'failed';
    }
  };
  /** What was opened before, other than that, if it is still held. */
  const before = async (of: string, name: string) => {
    const previous = lastGood.get(of);
    return previous === undefined || previous === name ? undefined : await releases.peek(previous)?.catch(() => undefined);
  };

  const plain = async (site: SiteId, id: ReleaseId): Promise<Served> => {
    const name = key.manifest(site, id);
    const found = await attempt(name, () => open(site, id, ports));
    if (typeof found === 'object') {
      lastGood.set(site, name);
      return { release: found, degraded: [] };
    }
    const older = await before(site, name);
    if (!older) return { degraded: [{ stage: 'retrieve', reason: 'no-release' }] };
    return { release: older, degraded: [{ stage: 'retrieve', reason: `release-${found}` }] };
  };

  return {
    async forArm(site, arm) {
      if (!arm) return { degraded: [{ stage: 'retrieve', reason: 'no-release' }] };
      const { release, delta } = arm;
      if (delta === undefined) return await plain(site, release);
      const base = key.manifest(site, release);
      const name = `${base}+${delta}`;
      const found = await attempt(name, async () =>
        withChanges(await opened(base, () => open(site, release, ports)), delta, ports),
      );
      if (typeof found === 'object') {
        lastGood.set(base, name);
        lastGood.set(site, name);
        return { release: found, degraded: [] };
      }
      const reason = { stage: 'retrieve', reason: `delta-${found}` } as const;
      const older = await before(base, name);
      if (older) return { release: older, degraded: [reason] };
      const without = await plain(site, release);
      return { ...without, degraded: [reason, ...without.degraded] };
    },
  };
}

/** The release with a delta. It goes on using the tables of the one without, so it counts for both. */
async function withChanges(base: ServingRelease, delta: Sha256, ports: Ports): Promise<ServingRelease> {
  const { site } = base;
  const file = await readVerified(key.file(site, delta), delta, ports);
  const decoder = new TextDecoder();
  const changes = decodeReleaseDelta(file, (bytes) => decoder.decode(bytes));
  const open = applyDelta(base.open, changes);
  const { catalog, similar, vectors } = open;
  const copied = [catalog.values, similar.ordinals, similar.scores, vectors.data, vectors.scales];
  const bytes = copied.reduce((sum, { byteLength }) => sum + byteLength, base.bytes + 3 * file.length);
  const index = withDelta(base.index, changes.index, ports.kernels.openScan);
  return { ...base, open, index, sources: { ...open, encoder: base.sources.encoder }, delta, bytes };
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
  if (role === 'heavy' || role === 'private') return 0;
  if (role === 'items') return 3;
  return role === 'vectors' ? 2 : 1;
}
