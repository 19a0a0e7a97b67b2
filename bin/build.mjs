// Builds what the three runtimes load: AssemblyScript kernels to WASM, then the client and the demo site.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment, ensureInstalled, nodePath, root } from './install.mjs';

const kernelSource = join(root, 'shared', 'kernel', 'assembly');
const kernelTarget = join(root, 'dist', 'kernel');

function run(tool, args) {
  const script = join(root, 'node_modules', ...tool);
  const result = spawnSync(nodePath(), [script, ...args], { cwd: root, stdio: ['ignore', 2, 2], env: childEnvironment() });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Flags of an entry file's own: what its first line says after `// asc:`. */
function ownFlags(file) {
  const [, flags = ''] = /^\/\/ asc:(.*)/.exec(readFileSync(join(kernelSource, file), 'utf8')) ?? [];
  return flags.split(/\s+/).filter(Boolean);
}

const newest = (folder) => Math.max(0, ...readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs));

/** Entry files `<name>.ts`; those that start with `_` are imported by others. */
const kernelFiles = () => readdirSync(kernelSource).filter((file) => file.endsWith('.ts') && !file.startsWith('_'));
const targetOf = (file) => join(kernelTarget, file.replace(/\.ts$/, '.wasm'));

/** Before any verb: a fresh clone has none, and nearly every verb needs some. */
export function buildMissingKernels() {
  if (kernelFiles().every((file) => existsSync(targetOf(file)))) return;
  process.stderr.write('Building kernels (once) ...\n');
  buildKernels();
}

/** One module per entry file. Skipped when up to date. */
export function buildKernels() {
  mkdirSync(kernelTarget, { recursive: true });
  const changed = newest(kernelSource);
  for (const file of kernelFiles()) {
    const target = targetOf(file);
    if (existsSync(target) && statSync(target).mtimeMs > changed) continue;
    const flags = [
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '-O3',
      '--disableWarning',
      '112',
      '--noAssert',
      '--initialMemory',
      '1',
      ...ownFlags(file),
    ];
    run(['assemblyscript', 'bin', 'asc.js'], [join('shared', 'kernel', 'assembly', file), '--outFile', target, ...flags]);
  }
}

/** Client and demo, into dist/site: what the Worker serves as static assets. */
export function buildSite() {
  run(['vite', 'bin', 'vite.js'], ['build', '--logLevel', 'warn']);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  ensureInstalled();
  buildKernels();
  if (process.argv[2] !== 'kernels') buildSite();
}
