import { expect, test } from 'vitest';
import { fileRoles, type Manifest } from '../contract/release.ts';
import { checkManifest, ManifestRefused, manifestId } from './manifest.ts';

const digest = 'ab'.repeat(32);
const surface = {
  name: 'home',
  sources: [{ source: 'popular', limit: 100, weight: 1 }],
  rules: { excludeSeen: true, categoryShare: 0.5 },
  rerank: true,
};
const choice = {
  model: 'ease',
  settings: { decay: 1 },
  ndcg10: { ease: 0.1 },
  cases: 20,
  skipped: [{ name: 'gf-cf', reason: 'slow' }],
};
const { cases: _, ...fitted } = choice;
const ranker = {
  ...fitted,
  settings: { hidden: [8, 4], monotone: [] },
  lists: 12,
  distilled: { weight: 0.5, temperature: 1, ndcg10: { alone: 0.1, taught: 0.2 } },
};
const manifest = {
  format: 'vitrine-release',
  version: 1,
  files: fileRoles.map((role) => ({ role, name: `${role}.bin`, sha256: digest, bytes: 10 })),
  items: 3,
  vector: { dim: 2 },
  featureHash: digest,
  data: { sha256: digest, events: 9, fromMs: 1, throughMs: 5, fittedThroughMs: 4 },
  configSha256: digest,
  seed: 0,
  surfaces: [surface],
  choice: { similar: choice, light: ranker },
  engine: 'kernel',
  metrics: { release: { ndcg10: { mean: 0.2, low: 0.1, high: 0.3 } } },
};

test('a good manifest passes as it is', () => {
  expect(checkManifest(manifest)).toBe(manifest);
});

test('the id depends on content, not on the order of members', () => {
  const id = manifestId(manifest as unknown as Manifest);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  const reversed = Object.fromEntries(Object.entries(manifest).reverse());
  expect(manifestId(reversed as unknown as Manifest)).toBe(id);
  expect(manifestId({ ...manifest, seed: 1 } as unknown as Manifest)).not.toBe(id);
});

const files = (change: object, at = 0) => ({
  files: manifest.files.map((file, i) => (i === at ? { ...file, ...change } : file)),
});
const surfaces = (change: object) => ({ surfaces: [{ ...surface, ...change }] });
const chosen = (change: object) => ({ choice: { similar: { ...choice, ...change } } });
const ranked = (change: object) => ({ choice: { light: { ...ranker, ...change } } });
const source = (change: object) => surfaces({ sources: [{ ...surface.sources[0], ...change }] });

test.each<[object | null, RegExp]>([
  [null, /it must be an object/],
  [{ format: 'other' }, /format must be "vitrine-release"/],
  [{ version: 2 }, /version must be 1: publish with the trainer of this deployment/],
  [{ files: {} }, /files must be a list/],
  [{ files: manifest.files.slice(1) }, /exactly one items; there are 0/],
  [{ files: [...manifest.files, manifest.files[3]] }, /exactly one popular; there are 2/],
  [{ files: Array.from({ length: 65 }, () => manifest.files[0]) }, /files must be a list of at most 64/],
  [files({ role: 'notes' }), /files\[0\]\.role must be one of items, /],
  [files({ name: '../secret' }), /files\[0\]\.name must be a file name without slashes/],
  [files({ sha256: digest.toUpperCase() }), /files\[0\]\.sha256 must be a SHA-256/],
  [files({ bytes: -1 }), /files\[0\]\.bytes must be a whole number from 0/],
  [files({ bytes: 1e9 }), /files\[0\]\.bytes must be a whole number from 0 to 67108864/],
  [files({ bytes: 9e6 }, fileRoles.indexOf('heavy')), /files\[\d+\].bytes must be a whole number from 0 to 8388608/],
  [{ items: 0 }, /manifest: items must be a whole number from 1/],
  [{ items: 2.5 }, /items must be a whole number/],
  [{ vector: { dim: 0 } }, /vector\.dim must be/],
  [{ featureHash: 'x' }, /featureHash must be a SHA-256/],
  [{ configSha256: undefined }, /configSha256 must be a SHA-256/],
  [{ seed: Number.NaN }, /seed must be a whole number/],
  [{ data: { ...manifest.data, throughMs: 'today' } }, /data\.throughMs must be a whole number/],
  [{ data: [] }, /data must be an object/],
  [{ engine: 'gpu' }, /engine must be "kernel" or "onnx"/],
  [{ metrics: { release: { ndcg10: { mean: 1, low: 0 } } } }, /metrics\.release\.ndcg10\.high must be a number/],
  [{ choice: { popular: {} } }, /choice\.popular must be one of similar, vectors, light, heavy/],
  [chosen({ model: 1 }), /choice\.similar\.model must be a name/],
  [chosen({ settings: { rank: null } }), /choice\.similar\.settings\.rank must be a number, a text/],
  [chosen({ ndcg10: { ease: '1' } }), /choice\.similar\.ndcg10\.ease must be a number/],
  [chosen({ cases: -1 }), /choice\.similar\.cases must be a whole number/],
  [chosen({ skipped: [{ name: 'gf-cf' }] }), /choice\.similar\.skipped\[0\] must be a name and a reason/],
  [ranked({ settings: { hidden: [8, null] } }), /choice\.light\.settings\.hidden must be a number, .* or a list of such/],
  [ranked({ lists: undefined }), /choice\.light\.lists must be a whole number/],
  [ranked({ distilled: { ...ranker.distilled, weight: '1' } }), /choice\.light\.distilled\.weight must be a number/],
  [ranked({ distilled: { ...ranker.distilled, ndcg10: {} } }), /choice\.light\.distilled\.ndcg10\.alone must be a number/],
  [{ surfaces: [] }, /surfaces must be a list of at least one/],
  [{ surfaces: [surface, surface] }, /surfaces\[1\]\.name must be a name that no other surface has/],
  [surfaces({ name: 'Home' }), /surfaces\[0\]\.name must be/],
  [surfaces({ sources: [] }), /surfaces\[0\]\.sources must be a list of at least one source/],
  [source({ source: 'magic' }), /surfaces\[0\]\.sources\[0\]\.source must be one of popular, /],
  [
    surfaces({ sources: [surface.sources[0], surface.sources[0]] }),
    /sources\[1\]\.source must be a source that is not there yet/,
  ],
  [source({ limit: 0 }), /sources\[0\]\.limit must be a whole number from 1 to 1000/],
  [source({ weight: Number.POSITIVE_INFINITY }), /sources\[0\]\.weight must be a number above 0/],
  [surfaces({ rules: { excludeSeen: 1, categoryShare: 1 } }), /rules\.excludeSeen must be true or false/],
  [surfaces({ rules: { excludeSeen: true, categoryShare: 1.5 } }), /rules\.categoryShare must be a number above 0, at most 1/],
  [surfaces({ rerank: undefined }), /surfaces\[0\]\.rerank must be true or false/],
  [surfaces({ retrieval: 'secret' }), /surfaces\[0\]\.retrieval must be "private", or absent/],
  [surfaces({ retrieval: 'private' }), /surfaces\[0\] must be reranked, with the source nearest and others/],
  [
    {
      ...surfaces({ retrieval: 'private', sources: [surface.sources[0], { source: 'nearest', limit: 50, weight: 1 }] }),
      files: manifest.files.filter(({ role }) => role !== 'private'),
    },
    /surfaces\[0\]\.retrieval must be absent: there is no private file/,
  ],
])('refuses %j and says where', (change, message) => {
  const value = change && { ...manifest, ...change };
  expect(() => checkManifest(value)).toThrow(ManifestRefused);
  expect(() => checkManifest(value)).toThrow(message);
});
