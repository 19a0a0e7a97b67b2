import { canonicalJson } from '../../shared/contract/canonical.ts';
import type { ReleaseId, Sha256, SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { FileRole, Manifest, ReleaseFile } from '../../shared/contract/release.ts';
import type { Arm, TrafficPlan } from '../../shared/contract/traffic.ts';
import { decodeReleaseDelta } from '../../shared/release/delta.ts';
import { checkManifest, manifestId } from '../../shared/release/manifest.ts';
import { decodePrivateIndex } from '../../shared/release/private.ts';
import type { Ports, ReleaseRow } from '../port.ts';
import { ProblemError } from '../problem.ts';
import { copyLifeSeconds } from './file.ts';
import { copyPlan, type Traffic } from './traffic.ts';

/** What the Worker itself reads of a release. The heavy model is read by browsers, from the files. */
const hotRoles: ReadonlySet<FileRole> = new Set([
  'items',
  'features',
  'catalog',
  'popular',
  'similar',
  'vectors',
  'encoder',
  'lists',
  'light',
  'golden',
  'calibration',
]);

/**
 * The three steps of publishing. Each may be repeated, interrupted or raced: files are named by content, a manifest is accepted only
 * when all of its files are stored, and the live pointer changes by compare-and-set.
 */
export interface Publisher {
  /** @returns false when the file was already there. @throws ProblemError bad-digest, too-large */
  putFile(site: SiteId, sha256: Sha256, body: ReadableStream | Uint8Array, bytes: number): Promise<boolean>;
  /** @throws ProblemError bad-body, bad-digest, incomplete-release */
  putRelease(site: SiteId, release: ReleaseId, manifest: unknown): Promise<ReleaseRow>;
  /** @throws ProblemError unknown-release, unknown-delta, bad-body for a delta of another release, conflict */
  putPlan(site: SiteId, expect: number, plan: TrafficPlan): Promise<TrafficPlan>;
}

export function createPublisher(ports: Ports, traffic: Traffic): Publisher {
  const { files, registry } = ports;
  return {
    async putFile(site, sha256, body, bytes) {
      const name = key.file(site, sha256);
      if (bytes > limit.releaseFileBytes)
        throw new ProblemError('too-large', `${bytes} bytes; a file of a release holds at most ${limit.releaseFileBytes}`);
      if ((await files.size(name)) !== undefined) return false;
      if ((await files.writeVerified(name, body, sha256)) === 'wrong-digest')
        throw new ProblemError('bad-digest', `the body's SHA-256 is not ${sha256}`);
      return true;
    },

    async putRelease(site, release, value) {
      const manifest = readManifest(value);
      const id = manifestId(manifest);
      if (id !== release) throw new ProblemError('bad-digest', `the manifest's id is ${id}, not ${release}`);
      await requireFiles(site, manifest, ports);
      // The text whose SHA-256 is the release's id, so that a reader can check what it reads.
      await files.create(key.manifest(site, release), canonicalJson(manifest));
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      const row = { release, items: manifest.items, bytes, createdMs: ports.nowMs() };
      await registry.addRelease(site, row);
      traffic.forget(site);
      return row;
    },

    async putPlan(site, expect, plan) {
      const known = await Promise.all(plan.arms.map(({ release }) => registry.hasRelease(site, release)));
      const missing = plan.arms.filter((_, i) => !known[i]);
      if (missing.length > 0)
        throw new ProblemError('unknown-release', `not published: ${missing.map(({ release }) => release).join(', ')}`);
      for (const [i, arm] of plan.arms.entries()) await requireDelta(site, arm, `/plan/arms/${i}/delta`, ports);
      const before = await registry.plan(site);
      if (!(await registry.swapPlan(expect, plan, ports.nowMs()))) {
        const version = (await registry.plan(site))?.version ?? 0;
        throw new ProblemError('conflict', `the plan has version ${version}, not ${expect}`, { more: { version } });
      }
      traffic.adopt(plan);
      // Copies make reads fast; the plan is live without them.
      await copyPlan(site, ports).catch((error) => console.warn('plan copy', error));
      const served = new Set(before?.arms.map(({ release }) => release));
      const fresh = new Set(plan.arms.map(({ release }) => release).filter((release) => !served.has(release)));
      for (const release of fresh) ports.defer(copyRelease(site, release, ports));
      return plan;
    },
  };
}

function readManifest(value: unknown): Manifest {
  try {
    return checkManifest(value);
  } catch (error) {
    throw new ProblemError('bad-body', error instanceof Error ? error.message : 'not a manifest');
  }
}

async function requireFiles(site: SiteId, manifest: Manifest, { files }: Ports): Promise<void> {
  const sizes = await Promise.all(manifest.files.map((file) => files.size(key.file(site, file.sha256))));
  const missing = manifest.files
    .filter((file, i) => sizes[i] !== file.bytes)
    .map(({ role, name, sha256 }) => ({ role, name, sha256 }));
  const index = missing.length === 0 && manifest.files.find(({ role }) => role === 'private');
  if (index) missing.push(...(await missingLists(site, index, files)));
  if (missing.length > 0)
    throw new ProblemError('incomplete-release', `missing: ${missing.map(({ name }) => name).join(', ')}`, { more: { missing } });
}

/** Lists that the private index names and that are not stored: looked up by listing, a page of a thousand at a time, not one by one. */
async function missingLists(site: SiteId, file: ReleaseFile, files: Ports['files']) {
  let digests: readonly Sha256[];
  try {
    ({ digests } = decodePrivateIndex((await files.read(key.file(site, file.sha256))) ?? new Uint8Array()));
  } catch (error) {
    throw new ProblemError('bad-body', error instanceof Error ? error.message : 'no private index');
  }
  const wanted = new Set(digests.map((digest) => key.file(site, digest)));
  let cursor: string | undefined;
  do {
    const page = await files.list(key.files(site), cursor, 1000);
    for (const object of page.objects) wanted.delete(object.key);
    cursor = page.cursor;
  } while (cursor !== undefined && wanted.size > 0);
  return digests
    .filter((digest) => wanted.has(key.file(site, digest)))
    .map((sha256) => ({ role: file.role, name: `lists/${sha256}.bin`, sha256 }));
}

/** A delta that is stored, is one, and was made for the arm's release: what would not open is not made live. */
async function requireDelta(site: SiteId, { release, delta }: Arm, at: string, { files }: Ports): Promise<void> {
  if (delta === undefined) return;
  const name = key.file(site, delta);
  const bytes = await files.size(name);
  if (bytes === undefined) throw new ProblemError('unknown-delta', `no file ${delta}`, { at });
  if (bytes > limit.deltaBytes)
    throw new ProblemError('too-large', `${bytes} bytes; a delta holds at most ${limit.deltaBytes}: train again`, { at });
  const decoder = new TextDecoder();
  const [stored, text] = await Promise.all([files.read(name), files.read(key.manifest(site, release))]);
  try {
    const found = decodeReleaseDelta(stored ?? new Uint8Array(), (part) => decoder.decode(part));
    const { items, vector } = JSON.parse(decoder.decode(text)) as Manifest;
    const { n, added } = found.index;
    if (found.release !== release) throw new Error(`made for the release ${found.release}`);
    if (n !== items || (added.n > 0 && added.dim !== vector.dim))
      throw new Error(`made for ${n} items with vectors of ${added.dim}, the release has ${items} of ${vector.dim}`);
  } catch (error) {
    throw new ProblemError('bad-body', error instanceof Error ? error.message : 'not a delta', { at });
  }
}

/** Copies what the Worker reads of a release to the fast store, where it fits. */
async function copyRelease(site: SiteId, release: ReleaseId, { files, copies }: Ports): Promise<void> {
  const name = key.manifest(site, release);
  const text = await files.read(name);
  if (!text) return;
  await copies.write(name, text, copyLifeSeconds);
  const manifest = JSON.parse(new TextDecoder().decode(text)) as Manifest;
  for (const file of manifest.files) {
    if (!hotRoles.has(file.role) || file.bytes > limit.kvValueBytes) continue;
    const bytes = await files.read(key.file(site, file.sha256));
    if (bytes) await copies.write(key.file(site, file.sha256), bytes, copyLifeSeconds);
  }
}
