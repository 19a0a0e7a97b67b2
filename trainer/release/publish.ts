import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import type { ReleaseId } from '../../shared/contract/id.ts';
import type { Manifest, ReleaseFile } from '../../shared/contract/release.ts';
import { sha256Hex } from '../../shared/contract/sha256.ts';
import type { TrafficPlan } from '../../shared/contract/traffic.ts';
import { checkManifest, manifestId } from '../../shared/release/manifest.ts';
import { Failure } from '../failure.ts';
import { type AdminApi, type AdminOptions, createAdminApi, type PublishTarget } from './admin.ts';
import { type ListFiles, readLists } from './private.ts';

export type { PublishTarget };

export interface PublishOptions extends AdminOptions {
  readonly say?: (text: string) => void;
}

export interface Published {
  readonly site: string;
  readonly release: ReleaseId;
  /** Version of the traffic plan that is live now. */
  readonly version: number;
  /** True when the release was the only live one already. */
  readonly unchanged: boolean;
  readonly filesSent: number;
  readonly bytesSent: number;
}

/**
 * Publishes a release directory and makes it the site's only live release. Files first, then the manifest, then the pointer by compare-and-set:
 * stopped at any point, what was live stays live, and the next run sends only what is missing.
 * @throws Failure bad-input: the directory is not a whole release; refused: token, digest, size, or someone else changed the plan meanwhile
 *   (it is never overwritten blindly); unreachable: no answer.
 */
export async function publishRelease(target: PublishTarget, folder: string, options: PublishOptions = {}): Promise<Published> {
  const { say = () => {} } = options;
  const api = createAdminApi(target, options);
  const { manifest, release, contents, lists } = await readRelease(folder);
  // Read before the upload: what is compared at the end is what was there when this began.
  const before = await api.plan();

  let filesSent = 0;
  let bytesSent = 0;
  for (const [i, file] of manifest.files.entries()) {
    say(`file ${i + 1} of ${manifest.files.length}: ${file.name}`);
    if (!(await api.sendFile(file.sha256, contents.get(file.sha256) as Uint8Array<ArrayBuffer>))) continue;
    filesSent++;
    bytesSent += file.bytes;
  }
  for (const [sha256, bytes] of lists) {
    if (!(await api.sendFile(sha256, bytes))) continue;
    filesSent++;
    bytesSent += bytes.length;
  }
  say('manifest');
  await api.putRelease(release, canonicalJson(manifest));
  say('traffic plan');
  const plan = await goLive(api, before, release);
  return { site: target.site, release, version: plan.version, unchanged: plan.version === before.version, filesSent, bytesSent };
}

/** Stores an engine binary that is too large for static assets. Sends nothing when one of that name and size is there. */
export async function publishEngine(
  target: PublishTarget,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  options: PublishOptions = {},
): Promise<void> {
  await createAdminApi(target, options).sendEngine(name, bytes);
}

async function goLive(api: AdminApi, before: TrafficPlan, release: ReleaseId): Promise<TrafficPlan> {
  const [only, ...others] = before.arms.filter(({ mode }) => mode !== 'off');
  if (only?.release === release && only.mode === 'live' && others.length === 0) return before;
  const plan: TrafficPlan = {
    site: before.site,
    version: before.version + 1,
    salt: before.version === 0 ? release.slice(0, 16) : before.salt,
    arms: [{ name: 'champion', release, weight: 1, mode: 'live' }],
  };
  return await api.putPlan(before.version, plan);
}

/** The release in a directory, every file read and checked against the manifest before anything is sent. */
async function readRelease(folder: string) {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => {
    throw new Failure('bad-input', `${folder} holds no manifest.json`, '`vitrine train --out DIR` makes a release directory.');
  });
  let manifest: Manifest;
  try {
    manifest = checkManifest(JSON.parse(text));
  } catch (error) {
    throw new Failure('bad-input', `${join(folder, 'manifest.json')}: ${error instanceof Error ? error.message : error}`);
  }
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of manifest.files) contents.set(file.sha256, await readChecked(folder, file));
  const index = manifest.files.find(({ role }) => role === 'private');
  const lists: ListFiles = index ? await readLists(folder, contents.get(index.sha256) as Uint8Array) : new Map();
  return { manifest, release: manifestId(manifest), contents, lists };
}

async function readChecked(folder: string, { name, sha256, bytes }: ReleaseFile): Promise<Uint8Array<ArrayBuffer>> {
  const content = await readFile(join(folder, name));
  if (content.length === bytes && sha256Hex(content) === sha256) return content;
  throw new Failure(
    'bad-input',
    `${join(folder, name)} is not the file that the manifest names`,
    'Train again, or publish another directory.',
  );
}
