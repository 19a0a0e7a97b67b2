import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ItemId, Sha256 } from '../../shared/contract/id.ts';
import { type DisplayItem, type Pack, packDigestText } from '../../shared/contract/pack.ts';
import { sha256Hex, sha256Text } from '../../shared/contract/sha256.ts';
import { plainScanKernel } from '../../shared/kernel/scan-plain.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import { encodeReleaseDelta } from '../../shared/release/delta.ts';
import { manifestId } from '../../shared/release/manifest.ts';
import { quantise } from '../../shared/vector/table.ts';
import { privateFiles } from '../../trainer/release/private.ts';
import { type SeenSlate, slatesOf, slateWhere, until } from './browser.ts';
import { genres } from './catalogue.ts';
import { json } from './edge.ts';
import { rail } from './page.ts';
import { expectCalm, visits } from './visit.ts';

const { edge, open } = visits();
const [n, shown, dim] = [400, 16, 4];
const name = (i: number) => `canary-film-${i}` as ItemId;
const items: readonly DisplayItem[] = Array.from({ length: n }, (_, i) => ({
  id: name(i),
  title: `Film ${i}`,
  categories: [genres[i % genres.length] as string],
}));
/** Genres are directions; within one, films lie apart. */
const vectors = quantise(
  Float32Array.from({ length: n * dim }, (_, at) => {
    const [i, d] = [Math.floor(at / dim), at % dim];
    return i % dim === d ? 1 : 0.3 * Math.sin(i * (d + 1));
  }),
  n,
  dim,
);
const values = Float32Array.from({ length: n }, (_, i) => (n - i) / 100);
const { index, lists, figures } = privateFiles({
  vectors,
  metric: 'cosine',
  items,
  catalog: { columns: ['popularity'], n, values },
  asOfMs: 0,
  seed: 1,
  openScan: plainScanKernel,
});
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => toBase64(new Uint8Array(buffer, byteOffset, byteLength));
const files = new Map<string, Uint8Array>([[sha256Hex(index), index], ...lists]);

/** The edge's pack: the most popular, the same for everybody. */
function packOf(url: URL, delta?: string): Pack {
  const whole = edge.pack(url);
  const pack: Pack = {
    ...whole,
    items: items.slice(0, shown),
    scores: whole.scores.slice(0, shown),
    sources: whole.sources.slice(0, shown),
    propensities: whole.propensities.slice(0, shown),
    served: bytesOf(values.slice(0, shown)),
    vectors: { dim, data: bytesOf(vectors.data.slice(0, shown * dim)), scales: bytesOf(vectors.scales.slice(0, shown)) },
    private: { index: { sha256: sha256Hex(index), bytes: index.length }, limit: 40, ...(delta && { delta }) },
  };
  const claim = Buffer.from(JSON.stringify({ digest: sha256Text(packDigestText(pack)) })).toString('base64url');
  return { ...pack, token: `v1.k1.${claim}.c2ln` };
}

/** @param broken whether no list is to be had. @param down whether no pack is. @param delta file of what has changed */
function serve({ broken = false, down = false, delta }: { broken?: boolean; down?: boolean; delta?: Uint8Array } = {}): void {
  const digest = delta && sha256Hex(delta);
  const held = new Map(digest ? [...files, [digest, delta] as const] : files);
  edge.intercept = ({ url }, response) => {
    if (url.pathname === '/v1/recommend') {
      json(response, down ? 503 : 200, down ? {} : packOf(url, digest));
      return true;
    }
    const sha256 = url.pathname.slice('/v1/files/'.length) as Sha256;
    const bytes = broken && lists.has(sha256) ? undefined : held.get(sha256);
    if (!bytes) return false;
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.end(bytes);
    return true;
  };
}
const rails = rail('surface="home" count="12" private');
const isDevice = ({ order }: { order: string }) => order === 'device';
const idsOf = ({ items: list }: { items: readonly { id: string }[] }) => list.map(({ id }) => id);
const beyond = (slate: { items: readonly { id: string }[] }) => idsOf(slate).filter((id) => Number(id.split('-')[2]) >= shown);
const fetched = () =>
  edge.requests.flatMap(({ url }) => (lists.has(url.pathname.slice('/v1/files/'.length) as Sha256) ? [url.pathname] : []));

const track = (page: Page, item: string) =>
  page.evaluate(
    (id) => (window as unknown as { vitrine: (...list: unknown[]) => void }).vitrine('track', { type: 'click', item: id }),
    item,
  );

/** A slate with films that the edge did not send. What a slow machine does not find in time is there for the next order: the same interest again asks for one. */
async function foundAfter(page: Page, item: string): Promise<SeenSlate> {
  for (let attempt = 0; ; attempt++) {
    const found = await until(
      async () => (await slatesOf(page)).findLast((slate) => beyond(slate).length > 0),
      'films',
      3000,
    ).catch(() => undefined);
    if (found) return found;
    if (attempt === 5) throw new Error('no films that the edge did not send');
    await track(page, item);
  }
}

describe('a private rail', () => {
  it('is filled from what the device finds, and no item, vector or history leaves the device', async () => {
    serve();
    const visit = await open({ script: '', rails });
    const { page } = visit;
    const first = await slateWhere(page, isDevice, 'the device order');
    expect(beyond(first)).toEqual([]);
    expect(fetched()).toEqual([]);
    const before = edge.requests.length;
    await page.click('[data-v-position="0"] a');
    const [clicked] = first.items;
    const after = await foundAfter(page, clicked?.id ?? '');
    expect(after.items.every(({ categories }) => categories[0] === clicked?.categories[0])).toBe(true);
    expect(new Set(idsOf(after)).size).toBe(12);
    expect(await page.$$eval('vitrine-rail .card', (cards) => cards.map((card) => card.getAttribute('data-id')))).toEqual(
      idsOf(after),
    );

    // What a second interest finds comes behind the first: cards stay what they were.
    await page.click('[data-v-position="5"] a');
    await page.waitForTimeout(1500);
    await page.goto('about:blank');
    const later = edge.requests.slice(before);
    expect(new Set(fetched()).size).toBeGreaterThan(0);
    expect(new Set(fetched()).size).toBeLessThan(figures.lists);
    const asked = later.map(({ method, url }) => `${method} ${url.pathname.replace(/[^/]+$/, '')}${url.search}`);
    expect(new Set(asked)).toEqual(new Set(['GET /v1/files/?site=demo', 'GET /v1/']));
    for (const { url, body, headers } of edge.requests) {
      expect(body).toBe('');
      expect(decodeURIComponent(url.href) + JSON.stringify(headers)).not.toMatch(/canary|seeds|user=|session/);
    }
    expectCalm(visit);
  });

  it('with consent too asks the edge without a pseudonym and without seeds, on later pages as well', async () => {
    serve();
    const { page, context } = await open({ rails });
    const [clicked] = (await slateWhere(page, isDevice, 'the device order')).items;
    await page.click('[data-v-position="0"] a');
    await foundAfter(page, clicked?.id ?? '');
    await page.waitForTimeout(300);
    const second = await open({ rails }, {}, context);
    await slateWhere(second.page, isDevice, 'the device order');
    await foundAfter(second.page, clicked?.id ?? '');
    const asked = edge.requests.filter(({ url }) => url.pathname === '/v1/recommend');
    expect(asked.length).toBeGreaterThan(1);
    for (const { url } of asked)
      expect([...url.searchParams.keys()].toSorted()).toEqual(['count', 'device', 'rank', 'site', 'surface', 'tz']);
    expectCalm(second);

    // What is kept for a page without an edge is the pack as the edge signed it.
    await second.page.waitForTimeout(300);
    serve({ down: true });
    const third = await open({ rails }, {}, context);
    await slateWhere(third.page, ({ degraded }) => degraded.some(({ stage }) => stage === 'pack'), 'the last pack');
    await foundAfter(third.page, clicked?.id ?? '');
  });

  it('shows what is new since the release, and nothing that is gone', async () => {
    const gone = Array.from({ length: n - shown }, (_, i) => shown + i).filter((i) => i >= 32);
    const added = { id: 'canary-film-900' as ItemId, title: 'New', categories: ['horror'] };
    const delta = encodeReleaseDelta({
      release: manifestId({} as never),
      index: { n, removed: Uint32Array.from(gone), added: quantise(Float32Array.of(0, 0, 0, 2), 1, dim) },
      added: [added],
      similar: { offsets: Uint32Array.of(0, 0), ordinals: new Uint32Array(0), scores: new Float32Array(0) },
      changed: [],
    });
    serve({ delta });
    const { page } = await open({ script: '', rails });
    await slateWhere(page, isDevice, 'the device order');
    await track(page, name(3));
    const after = await foundAfter(page, name(3));
    expect(idsOf(after).filter((id) => gone.includes(Number(id.split('-')[2])))).toEqual([]);
    expect(idsOf(after)).toContain('canary-film-900');
  });

  it('goes on with what the edge sent when lists are not to be had', async () => {
    serve({ broken: true });
    const visit = await open({ script: '', rails });
    const { page } = visit;
    await slateWhere(page, isDevice, 'the device order');
    const before = (await slatesOf(page)).length;
    await page.click('[data-v-position="0"] a');
    await until(async () => (await slatesOf(page)).length > before, 'a slate after the click');
    const [last] = (await slatesOf(page)).slice(-1);
    expect(last).toMatchObject({ order: 'device', degraded: [{ stage: 'rerank', reason: expect.stringMatching(/^find-/) }] });
    expect(beyond(last as never)).toEqual([]);
    expectCalm(visit);
  });
});
