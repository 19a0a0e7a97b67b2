import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { storeCases } from '../store/store.case.ts';
import type * as StorePage from './store.page.ts';
import { visits } from './visit.ts';

const { edge, open } = visits();
let code = '';
beforeAll(async () => {
  const entry = fileURLToPath(new URL('store.page.ts', import.meta.url));
  const lib = { entry, formats: ['iife' as const], name: 'storePage' };
  const built = await build({ configFile: false, logLevel: 'silent', build: { write: false, lib } });
  const [output] = Array.isArray(built) ? built : [];
  code = output?.output[0].code ?? '';
});

/** Calls a function of store.page.ts in a browser. */
async function inPage<Name extends keyof typeof StorePage>(name: Name): Promise<Awaited<ReturnType<(typeof StorePage)[Name]>>> {
  edge.release = undefined;
  const { page } = await open({ script: '', rails: '' });
  await page.addScriptTag({ content: code });
  return (await page.evaluate(`storePage.${name}()`)) as Awaited<ReturnType<(typeof StorePage)[Name]>>;
}

describe('IndexedDB store', () => {
  it('does what every store must do', async () => {
    expect(await inPage('runCases')).toEqual(Object.fromEntries(Object.keys(storeCases).map((name) => [name, 'ok'])));
  });

  it('keeps what it was given', async () => expect(await inPage('reopened')).toEqual(['a']));

  it('does not hold up a deletion from another tab', async () => expect(await inPage('closedByDeletion')).toBe(true));
});
