import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildEnvironmentOptions, defineConfig, type EnvironmentOptions, type Plugin } from 'vite';
import { lightComlink } from './bin/light-comlink.ts';
import { limit } from './shared/contract/limit.ts';
import { activation, binaryOperation, unaryOperation } from './shared/kernel/rank.ts';
import { dataType } from './shared/model/proto.ts';

/**
 * One `vite build` makes what the Worker serves as static assets:
 *
 *   dist/site/                    demo site
 *   dist/site/v1/vitrine.js       the tag, a classic script
 *   dist/site/v1/sdk-<hash>.js    page and Web Worker in one file, which imports nothing, so that it can start from a blob
 *   dist/site/v1/<part>-<hash>.*  kernels, and the parts that are loaded only when needed: one hash for all, so that the SDK need not list them
 *   dist/site/v1/ort/             onnxruntime-web's WASM build
 *
 * Five builds, leaves first, because each part names the next by its hashed file name.
 */
const root = fileURLToPath(new URL('.', import.meta.url));
const site = join(root, 'dist', 'site');

/** Parts that are loaded after the first order of the device, or never. */
const lazy = {
  full: 'rerank/full.ts',
  onnx: 'rerank/onnx.ts',
  outbox: 'outbox/open.ts',
  past: 'rerank/past.ts',
  plain: 'rerank/plain.ts',
  store: 'store/checked.ts',
};
/** What few sites have: built by itself, so that it takes nothing out of the parts that most fetch. */
const rare = { private: 'rerank/private.ts' };

const kernels = ['dense', 'rank', 'scan'];

/** Stands for the hash of kernels and lazy parts until they are built. */
const unhashed = 'v1trine_';
/** What `virtual:parts` gives: the file name of the SDK, and the hash in the names of kernels and lazy parts. Filled as the builds go. */
const built = { sdk: '', hash: unhashed };

/** Every file of this build, so that those of an earlier one can go afterwards: a server may be reading the folder meanwhile. */
const emitted = new Set<string>();

/** `import { sdk, hash } from 'virtual:parts'` gives what is already built. */
const parts = (): Plugin => ({
  name: 'vitrine:parts',
  sharedDuringBuild: true,
  resolveId: (id) => (id === 'virtual:parts' ? '\0virtual:parts' : null),
  load(id) {
    if (id !== '\0virtual:parts') return null;
    return Object.entries(built)
      .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`)
      .join('\n');
  },
  writeBundle(options, bundle) {
    for (const name of Object.keys(bundle)) emitted.add(join(options.dir ?? site, name));
    if (this.environment.name !== 'sdk') return;
    for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) built.sdk = chunk.fileName;
  },
});

const tables: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  limit,
  unaryOperation,
  binaryOperation,
  activation,
  dataType,
};

/** Writes the members of constant tables where they are read: no bundler looks into objects, and nobody needs all of one. */
const inlineConstants = (): Plugin => ({
  name: 'vitrine:inline-constants',
  enforce: 'pre',
  sharedDuringBuild: true,
  transform(code, id) {
    if (!/\/(shared|client)\/.*\.ts$/.test(id)) return null;
    const imported = Object.keys(tables).filter((name) => new RegExp(`^import .*\\b${name}\\b.* from `, 'm').test(code));
    if (imported.length === 0) return null;
    const read = new RegExp(`\\b(${imported.join('|')})\\.(\\w+)`, 'g');
    return { code: code.replace(read, (all, table, member) => String(tables[table]?.[member] ?? all)), map: null };
  },
});

/**
 * Leaves out the words of errors in `shared`: in a browser nobody reads them. What a page learns is the reason of a refusal, a code that the
 * documents explain.
 */
const noWords = (): Plugin => ({
  name: 'vitrine:no-words',
  enforce: 'pre',
  sharedDuringBuild: true,
  transform(code, id) {
    if (!/\/shared\/.*\.ts$/.test(id)) return null;
    const wordless = code
      .replace(/\bnew (Range)?Error\((?:`[^`]*`|'[^']*')\)/g, 'new $1Error()')
      .replace(/\bthrow refused\(('[a-z-]+'), (?:`[^`]*`|'[^']*'|[\w.]+)\)/g, 'throw refused($1)');
    return { code: wordless, map: null };
  },
});

/** onnxruntime-web names its WASM by `new URL(..., import.meta.url)`; we hand the bytes in, so no second copy is emitted. */
const noOrtAsset = (): Plugin => ({
  name: 'vitrine:no-ort-asset',
  enforce: 'pre',
  sharedDuringBuild: true,
  transform(code, id) {
    if (!id.includes('onnxruntime-web/dist')) return null;
    return { code: code.replaceAll('import.meta.url', '"https://vitrine.invalid/"'), map: null };
  },
});

const part = (
  input: Record<string, string>,
  build: BuildEnvironmentOptions,
  format: 'es' | 'iife',
  name = '[name]-[hash].js',
): EnvironmentOptions => ({
  consumer: 'client',
  build: {
    outDir: join(site, 'v1'),
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    copyPublicDir: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(input).map(([n, file]) => [n, join(root, 'client', file)])),
      output: { format, entryFileNames: name, chunkFileNames: name },
      preserveEntrySignatures: 'strict',
    },
    ...build,
  },
});

/** Cloudflare's `_headers`: hashed files never change; the tag and the runtime keep their names. */
function headers(): string {
  const immutable = 'public, max-age=31536000, immutable';
  const hashed = [...emitted]
    .map((file) => `/${relative(site, file)}`)
    .filter((path) => /^\/v1\/.*-[\w-]{8}\.(js|wasm)$/.test(path));
  const rules: [path: string, ...headers: string[]][] = [
    ['/v1/*', 'Access-Control-Allow-Origin: *', 'Cross-Origin-Resource-Policy: cross-origin'],
    ['/v1/vitrine.js', 'Cache-Control: public, max-age=300, stale-while-revalidate=86400'],
    ['/v1/ort/*', 'Cache-Control: public, max-age=86400'],
    ['/assets/*', `Cache-Control: ${immutable}`],
    ...hashed.toSorted().map((path): [string, string] => [path, `Cache-Control: ${immutable}`]),
  ];
  return rules.map(([path, ...lines]) => `${[path, ...lines].join('\n  ')}\n`).join('');
}

/**
 * Gives the lazy parts their hash, and lays the kernels beside them: as text inside a script they would weigh a fifth more.
 * The hash is of all their bytes.
 */
async function hashParts(): Promise<void> {
  const folder = join(site, 'v1');
  const parts = [...emitted].filter((file) => file.includes(unhashed)).toSorted();
  const texts = await Promise.all(parts.map((file) => readFile(file, 'utf8')));
  const wasm = await Promise.all(kernels.map((name) => readFile(join(root, 'dist', 'kernel', `${name}.wasm`))));
  const digest = createHash('sha256');
  for (const content of [...parts.map((file) => relative(site, file)), ...texts, ...wasm]) digest.update(content);
  built.hash = digest.digest('hex').slice(0, 8);
  const write = async (file: string, content: string | Uint8Array) => {
    await writeFile(file, content);
    emitted.add(file);
  };
  for (const [i, text] of texts.entries()) {
    const file = parts[i] as string;
    await write(file.replace(unhashed, built.hash), text.replaceAll(unhashed, built.hash));
    await rm(file);
    emitted.delete(file);
  }
  for (const [i, name] of kernels.entries()) await write(join(folder, `${name}-${built.hash}.wasm`), wasm[i] as Uint8Array);
}

async function staticFiles(): Promise<void> {
  const ort = join(root, 'node_modules', 'onnxruntime-web', 'dist', 'ort-wasm-simd-threaded.wasm');
  await mkdir(join(site, 'v1', 'ort'), { recursive: true });
  await cp(ort, join(site, 'v1', 'ort', 'ort-wasm-simd-threaded.wasm'));
  for (const folder of [join(site, 'v1'), join(site, 'assets')]) {
    for (const entry of existsSync(folder) ? await readdir(folder, { withFileTypes: true }) : []) {
      const file = join(folder, entry.name);
      if (entry.isFile() && !emitted.has(file)) await rm(file);
    }
  }
  await writeFile(join(site, '_headers'), headers());
}

const demo = join(root, 'demo', 'index.html');

export default defineConfig({
  root: join(root, 'demo'),
  appType: 'spa',
  plugins: [inlineConstants(), noWords(), parts(), lightComlink(), noOrtAsset()],
  environments: {
    lazy: part(lazy, {}, 'es', `[name]-${unhashed}.js`),
    rare: part(rare, {}, 'es', `[name]-${unhashed}.js`),
    sdk: part({ sdk: 'sdk.worker.ts' }, {}, 'es'),
    tag: part({ tag: 'tag.ts' }, {}, 'iife', 'vitrine.js'),
    client: { build: { outDir: site, emptyOutDir: false, reportCompressedSize: false, rolldownOptions: { input: demo } } },
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['lazy', 'rare', 'sdk', 'tag', ...(existsSync(demo) ? ['client'] : [])]) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
        if (name === 'rare') await hashParts();
      }
      await staticFiles();
    },
  },
});
