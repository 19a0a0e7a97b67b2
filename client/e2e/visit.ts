import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { launch, type WatchedPage, watch } from './browser.ts';
import { FakeEdge } from './edge.ts';
import { html, type PageParts } from './page.ts';
import { testRelease } from './release.ts';

/** One browser and one edge for the tests of a file; each test visits in a fresh profile. */
export interface Visits {
  readonly edge: FakeEdge;
  readonly browser: Browser;
  /** Opens a page of these parts in a fresh profile, or in a given one. */
  open(parts?: PageParts, headers?: Readonly<Record<string, string>>, context?: BrowserContext): Promise<Visit>;
}

export interface Visit extends WatchedPage {
  readonly context: BrowserContext;
}

export function visits(): Visits {
  const edge = new FakeEdge();
  const contexts: BrowserContext[] = [];
  let browser: Browser;
  beforeAll(async () => {
    [browser] = await Promise.all([launch(), edge.start()]);
  });
  afterAll(async () => {
    await browser?.close();
    await edge.stop();
  });
  beforeEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    edge.reset();
    edge.release = testRelease();
  });
  return {
    edge,
    get browser() {
      return browser;
    },
    async open(parts = {}, headers = {}, context) {
      const profile = context ?? (await browser.newContext({ viewport: { width: 1200, height: 800 } }));
      if (!context) contexts.push(profile);
      edge.pages.set('/', { html: html(parts), headers });
      const watched = await watch(profile);
      await watched.page.goto(edge.origin);
      return { ...watched, context: profile };
    },
  };
}

/** The ids of the catalogue's first items: what the fake edge puts first. */
export const edgeOrder = Array.from({ length: 12 }, (_, i) => `${i + 1}`);
/** What the test release's ranker puts first for a visitor without history. */
export const deviceOrder = Array.from({ length: 12 }, (_, i) => `${200 - i}`);
export const ownTitles = Array.from({ length: 12 }, (_, i) => `Own ${i}`);
export const filmTitles = (ids: readonly string[]): string[] => ids.map((id) => `Film ${id}`);

/** Nothing that the page could hear of went wrong. */
export function expectCalm({ errors }: WatchedPage): void {
  expect(errors).toEqual([]);
}
