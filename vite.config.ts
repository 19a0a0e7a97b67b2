import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildEnvironmentOptions, defineConfig, type EnvironmentOptions, type Plugin } from 'vite';

/**
 * One `vite build` makes what the Worker serves as static assets:
 *
 *   dist/site/                    demo site
 *   dist/site/v1/vitrine.js       the tag, a classic script
 *   dist/site/v1/<part>-<hash>.js session, worker, and the parts that the worker loads only when needed
 *   dist/site/v1/ort/             onnxruntime-web's WASM build
 *
 * Five builds, leaves first, because each part names the next by its hashed file name.
 */
const root = fileURLToPath(new URL('.', import.meta.url));
const site = join(root, 'dist', 'site');

/** Part name -> hashed file name, filled as the builds go; read through `virtual:parts`. */
const files: Record<string, string> = {};

/** Every file of this build, so that those of an earlier one can go afterwards: a server may be reading the folder meanwhile. */
const emitted = new Set<string>();

/** `import { session } from 'virtual:parts'` gives the file name of a part that is already built. */
const parts = (): Plugin => ({
  name: 'vitrine:parts',
  sharedDuringBuild: true,
  resolveId: (id) => (id === 'virtual:parts' ? '\0virtual:parts' : null),
  load(id) {
    if (id !== '\0virtual:parts') return null;
    return ['session', 'worker', 'onnx', 'plain'].map((n) => `export const ${n} = ${JSON.stringify(files[n] ?? '')};`).join('\n');
  },
  writeBundle(options, bundle) {
    for (const name of Object.keys(bundle)) emitted.add(join(options.dir ?? site, name));
    if (this.environment.name === 'client') return;
    for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) files[chunk.name] = chunk.fileName;
  },
});

/**
 * `import bytes from 'x.wasm?bytes'`: the bytes travel inside the script, so that a blob worker needs no second request. One character
 * per byte: after Brotli a third smaller than base64.
 */
const inlineWasm = (): Plugin => ({
  name: 'vitrine:inline-wasm',
  enforce: 'pre',
  sharedDuringBuild: true,
  resolveId(id, importer) {
    if (!id.endsWith('.wasm?bytes') || !importer) return null;
    return `\0${resolve(importer, '..', id.slice(0, -'?bytes'.length))}?bytes`;
  },
  async load(id) {
    if (!id.startsWith('\0') || !id.endsWith('.wasm?bytes')) return null;
    const bytes = await readFile(id.slice(1, -'?bytes'.length));
    return `export default ${JSON.stringify(bytes.toString('latin1'))};`;
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
  name?: string,
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
      output: { format, entryFileNames: name ?? '[name]-[hash].js', chunkFileNames: '[name]-[hash].js' },
      preserveEntrySignatures: 'strict',
    },
    ...build,
  },
});

/** Cloudflare's `_headers`: hashed files never change; the tag and the runtime keep their names. */
function headers(): string {
  const immutable = 'public, max-age=31536000, immutable';
  const hashed = [...emitted].map((file) => `/${relative(site, file)}`).filter((path) => /^\/v1\/.*-[\w-]{8}\.js$/.test(path));
  const rules: [path: string, ...headers: string[]][] = [
    ['/v1/*', 'Access-Control-Allow-Origin: *', 'Cross-Origin-Resource-Policy: cross-origin'],
    ['/v1/vitrine.js', 'Cache-Control: public, max-age=300, stale-while-revalidate=86400'],
    ['/v1/ort/*', 'Cache-Control: public, max-age=86400'],
    ['/assets/*', `Cache-Control: ${immutable}`],
    ...hashed.toSorted().map((path): [string, string] => [path, `Cache-Control: ${immutable}`]),
  ];
  return rules.map(([path, ...lines]) => `${[path, ...lines].join('\n  ')}\n`).join('');
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
  plugins: [inlineWasm(), parts(), noOrtAsset()],
  environments: {
    lazy: part({ onnx: 'rerank/onnx.ts', plain: 'rerank/plain.ts' }, {}, 'es'),
    worker: part({ worker: 'rerank.worker.ts' }, {}, 'iife'),
    session: part({ session: 'session.ts' }, {}, 'es'),
    tag: part({ tag: 'tag.ts' }, {}, 'iife', 'vitrine.js'),
    client: { build: { outDir: site, emptyOutDir: false, reportCompressedSize: false, rolldownOptions: { input: demo } } },
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['lazy', 'worker', 'session', 'tag', ...(existsSync(demo) ? ['client'] : [])]) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
      await staticFiles();
    },
  },
});
