// `npm test`: installs what is missing, builds, then type check, lint and the three test projects. Arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildKernels, buildSite } from './build.mjs';
import { childEnvironment, ensureInstalled, nodePath, root } from './install.mjs';

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const onPath = (name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
const findBrowser = () => process.env.VITRINE_CHROMIUM || browsers.map(onPath).find(Boolean);

/** A Chromium: VITRINE_CHROMIUM, else the one on the PATH, else Debian's package where this user may install it. */
function ensureChromium() {
  const found = findBrowser();
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    process.stderr.write("No Chromium on the PATH: installing Debian's package ...\n");
    const apt = (...args) =>
      spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    apt('update', '-q');
    apt('install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  }
  const installed = findBrowser();
  if (installed) return installed;
  process.stderr.write(
    'The browser tests need Chromium or Chrome. Install one (Debian: `apt-get install chromium`; others: https://www.chromium.org) or set VITRINE_CHROMIUM to its path.\n',
  );
  process.exit(1);
}

function step(name, script, args, env = childEnvironment()) {
  const started = Date.now();
  const result = spawnSync(nodePath(), [join(root, 'node_modules', ...script), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  });
  process.stderr.write(`${name}: ${result.status === 0 ? 'ok' : 'failed'} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

ensureInstalled();
const chromium = ensureChromium();
buildKernels();
buildSite();
step('type check', ['typescript', 'bin', 'tsc'], ['-b']);
step('lint', ['@biomejs', 'biome', 'bin', 'biome'], ['check', '.']);
step('tests', ['vitest', 'vitest.mjs'], ['run', ...process.argv.slice(2)], { ...childEnvironment(), VITRINE_CHROMIUM: chromium });
