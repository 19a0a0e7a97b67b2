import { beforeAll, describe, expect, it } from 'vitest';
import { storeCases } from '../store/store.case.ts';
import { type PageModule, pageModule } from './page-module.ts';
import type * as StorePage from './store.page.ts';
import { visits } from './visit.ts';

const { edge, open } = visits();
let call: PageModule<typeof StorePage>;
beforeAll(async () => {
  call = await pageModule<typeof StorePage>('store.page.ts');
});

/** Calls a function of store.page.ts in a browser. */
async function inPage(name: keyof typeof StorePage) {
  edge.release = undefined;
  const { page } = await open({ script: '', rails: '' });
  return call(page, name);
}

describe('IndexedDB store', () => {
  it('does what every store must do', async () => {
    expect(await inPage('runCases')).toEqual(Object.fromEntries(Object.keys(storeCases).map((name) => [name, 'ok'])));
  });

  it('keeps what it was given', async () => expect(await inPage('reopened')).toEqual(['a']));

  it('does not hold up a deletion from another tab', async () => expect(await inPage('closedByDeletion')).toBe(true));
});
