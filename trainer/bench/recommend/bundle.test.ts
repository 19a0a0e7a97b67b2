import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const isBuilt = existsSync(join(root, 'dist', 'site')) && existsSync(join(root, 'dist', 'kernel', 'rank.wasm'));
/** The free plan's limit is 3 MB; ours leaves room. zod with its locales is most of what is there. */
const limitBytes = 1_000_000;

it.skipIf(!isBuilt)('the deployed Worker stays under 1 MB gzip (skipped before `npm run build`)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-bundle-'));
  try {
    const args = [join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js'), 'deploy', '--dry-run', `--outdir=${folder}`];
    const env = { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    expect(stderr).not.toContain('ERROR');
    expect(status).toBe(0);
    const files = readdirSync(folder).filter((name) => name.endsWith('.js') || name.endsWith('.wasm'));
    const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
    expect(files.length).toBeGreaterThan(2);
    expect(bytes).toBeLessThan(limitBytes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
