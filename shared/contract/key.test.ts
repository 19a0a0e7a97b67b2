import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSiteId, type ReleaseId, type Sha256, type SiteId } from './id.ts';
import { hourOf, key } from './key.ts';

const site = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/).filter(isSiteId);
const digest = 'ab'.repeat(32);

/** Every name of a site that is more than a fixed text. */
const namesOf = (of: SiteId) => [
  key.file(of, digest as Sha256),
  key.manifest(of, digest as ReleaseId),
  key.plan(of),
  key.events(of, '2026-11-22T10', digest),
  key.slates(of, '2026-11-22T10', digest),
  key.rejected(of, '2026-11-22T10', digest),
  key.replay(of, digest),
  key.forget(of, digest, 5),
  key.logHours(of, 'event'),
  key.trending(of, 3),
];

test('no name of one site is, or begins like, a name of another', () => {
  fc.assert(
    fc.property(site, site, (a, b) => {
      fc.pre(a !== b);
      const prefix = `site/${b}/`;
      for (const name of namesOf(a)) expect(name.startsWith(prefix)).toBe(false);
      for (const name of namesOf(b)) expect(name.startsWith(prefix)).toBe(true);
    }),
  );
});

test('the names of one site differ', () => {
  expect(new Set(namesOf('demo' as SiteId)).size).toBe(10);
});

test('hours are UTC and sort as text', () => {
  expect(hourOf(Date.UTC(2026, 10, 22, 9, 59, 59, 999))).toBe('2026-11-22T09');
  expect(hourOf(0)).toBe('1970-01-01T00');
});
