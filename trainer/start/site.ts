import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a build of kernels, client and demo site is made from, and what it makes. */
const sources = ['shared', 'client', 'demo', 'vite.config.ts', 'package-lock.json', 'bin/build.mjs'];
const product = 'dist/site/index.html';

function newestMs(path: string): number {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/** Whether dist/ is older than any of its sources. */
export function isBuildStale(root: string): boolean {
  const built = join(root, product);
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  return sources.some((source) => newestMs(join(root, source)) > builtMs);
}

/** Builds kernels, client and demo site. @throws Error with the builder's output. */
export function buildSite(root: string): void {
  const result = spawnSync(process.execPath, [join(root, 'bin', 'build.mjs')], { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`the build failed:\n${result.stderr}${result.stdout}`);
}
