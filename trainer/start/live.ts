import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { type PublishTarget, publishEngine, publishRelease } from '../release/publish.ts';

/** The WebGPU build of onnxruntime-web: above the 25 MiB limit of static assets, therefore served from R2. */
const engineFiles = ['ort-wasm-simd-threaded.asyncify.wasm'];

export interface LiveRelease {
  readonly release: string;
  readonly reused: boolean;
}

/** Makes the release in `folder` the site's only live one, unless it already is. */
export async function goLive(options: PublishTarget & { readonly root: string; readonly release: string }): Promise<LiveRelease> {
  const { root, release, ...target } = options;
  for (const name of engineFiles) {
    const file = join(root, 'node_modules', 'onnxruntime-web', 'dist', name);
    if (existsSync(file)) await publishEngine(target, name, readFileSync(file));
  }
  const published = await publishRelease(target, release);
  await checkSite(target);
  return { release: published.release, reused: published.unchanged };
}

/** Asks for one slate, as a visitor would: a site without one is not live. It also opens the release in the Worker. */
async function checkSite({ url, site }: PublishTarget): Promise<void> {
  const response = await fetch(`${url}/v1/recommend?site=${site}&surface=home&count=1&rank=edge`);
  const answer = (await response.json()) as { items?: unknown[]; degraded?: unknown; detail?: string };
  if (response.ok && answer.items?.length === 1) return;
  const reason = answer.detail ?? JSON.stringify(answer.degraded);
  throw new Failure(
    'refused',
    `the release was published, but the Worker recommends nothing (HTTP ${response.status}): ${reason}`,
  );
}
