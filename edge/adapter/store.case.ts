import { describe, expect, it } from 'vitest';
import type { ReleaseId, SiteId } from '../../shared/contract/id.ts';
import { sha256Text } from '../../shared/contract/sha256.ts';
import type { TrafficPlan } from '../../shared/contract/traffic.ts';
import type { CopyStore, FileStore, Registry } from '../port.ts';

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

/** What every file store does. */
export function describeFiles(name: string, files: () => FileStore): void {
  describe(`${name} file store`, () => {
    it('gives back what was written, whole and as a stream', async () => {
      const store = files();
      expect(await store.read('case/absent')).toBeUndefined();
      expect(await store.size('case/absent')).toBeUndefined();
      expect(await store.stream('case/absent')).toBeUndefined();
      await store.write('case/a', 'hällo');
      expect(text(await store.read('case/a'))).toBe('hällo');
      expect(await store.size('case/a')).toBe(6);
      const stream = await store.stream('case/a');
      expect(stream?.bytes).toBe(6);
      expect(await new Response(stream?.body ?? null).text()).toBe('hällo');
    });

    it('stores verified bytes only under their own digest', async () => {
      const store = files();
      const bytes = new TextEncoder().encode('content');
      expect(await store.writeVerified('case/verified', bytes, sha256Text('other'))).toBe('wrong-digest');
      expect(await store.size('case/verified')).toBeUndefined();
      expect(await store.writeVerified('case/verified', bytes, sha256Text('content'))).toBe('written');
      expect(text(await store.read('case/verified'))).toBe('content');
    });

    it('lets exactly one of many creators win', async () => {
      const store = files();
      const won = await Promise.all(Array.from({ length: 20 }, (_, i) => store.create('case/created', `writer ${i}`)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(text(await store.read('case/created'))).toBe(`writer ${won.indexOf(true)}`);
    });

    it('lists by prefix, page by page', async () => {
      const store = files();
      for (const key of ['case/list/a/1', 'case/list/a/2', 'case/list/a/3', 'case/list/b/1']) await store.write(key, key);
      const first = await store.list('case/list/a/', undefined, 2);
      expect(first.objects.map(({ key }) => key)).toEqual(['case/list/a/1', 'case/list/a/2']);
      const second = await store.list('case/list/a/', first.cursor, 2);
      expect(second.objects.map(({ key }) => key)).toEqual(['case/list/a/3']);
      expect(second.cursor).toBeUndefined();
    });

    it('lists folders in order, behind a name', async () => {
      const store = files();
      for (const name of ['b/1', 'a/1', 'a/2', 'c/1']) await store.write(`case/folders/${name}`, name);
      const all = await store.folders('case/folders/', undefined, 10);
      expect(all).toEqual({ folders: ['a', 'b', 'c'], more: false });
      expect(await store.folders('case/folders/', 'a', 1)).toEqual({ folders: ['b'], more: true });
      expect(await store.folders('case/folders/', 'b', 10)).toEqual({ folders: ['c'], more: false });
      expect(await store.folders('case/folders/', 'c', 10)).toEqual({ folders: [], more: false });
      expect(await store.folders('case/nothing/', undefined, 10)).toEqual({ folders: [], more: false });
    });

    it('lists the digest of what was created, and removes', async () => {
      const store = files();
      await store.create('case/digest/a', 'hällo');
      const { objects } = await store.list('case/digest/', undefined, 10);
      expect(objects).toMatchObject([{ key: 'case/digest/a', bytes: 6, sha256: sha256Text('hällo') }]);
      await store.remove('case/digest/a');
      await store.remove('case/digest/a');
      expect(await store.size('case/digest/a')).toBeUndefined();
    });
  });
}

export function describeCopies(name: string, copies: () => CopyStore): void {
  describe(`${name} copies`, () => {
    it('gives back what was written', async () => {
      const store = copies();
      expect(await store.read('case/absent')).toBeUndefined();
      expect(await store.readText('case/absent')).toBeUndefined();
      await store.write('case/text', 'hällo');
      expect(await store.readText('case/text')).toBe('hällo');
      await store.write('case/bytes', Uint8Array.of(0, 255, 7));
      expect(await store.read('case/bytes')).toEqual(Uint8Array.of(0, 255, 7));
    });
  });
}

const planOf = (site: SiteId, version: number, salt: string): TrafficPlan => ({
  site,
  version,
  salt,
  arms: [{ name: 'champion', release: sha256Text(salt) as string as ReleaseId, weight: 1, mode: 'live' }],
});

export function describeRegistry(name: string, registry: () => Registry): void {
  describe(`${name} registry`, () => {
    const site = 'case-site' as SiteId;

    it('swaps a plan for exactly one of many racers at each version', async () => {
      const store = registry();
      expect(await store.plan(site)).toBeUndefined();
      for (const expect_ of [0, 1, 2]) {
        const racers = Array.from({ length: 10 }, (_, i) => planOf(site, expect_ + 1, `racer ${i}`));
        const won = await Promise.all(racers.map((plan) => store.swapPlan(expect_, plan, 1)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await store.plan(site)).toEqual(racers[won.indexOf(true)]);
      }
      expect(await store.swapPlan(1, planOf(site, 2, 'late'), 1)).toBe(false);
      expect((await store.plans()).find((plan) => plan.site === site)?.version).toBe(3);
    });

    it('knows a release once, by site', async () => {
      const store = registry();
      const row = { release: sha256Text('release') as string as ReleaseId, items: 3, bytes: 10, createdMs: 5 };
      await store.addRelease(site, row);
      await store.addRelease(site, { ...row, createdMs: 9 });
      expect(await store.releases(site)).toEqual([row]);
      expect(await store.hasRelease(site, row.release)).toBe(true);
      expect(await store.hasRelease('another' as SiteId, row.release)).toBe(false);
    });
  });
}
