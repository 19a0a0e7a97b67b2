import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SlateClaim } from '../../shared/contract/pack.ts';
import { createSigner } from './token.ts';
import { uuidV7 } from './uuid.ts';

const keyOf = (id: string, character: string) => `${id}:${btoa(character.repeat(32))}`;
const claim = (site: string) =>
  ({ site, slate: 's', surface: 'höme', release: 'r', arm: 'a', issuedAtMs: 1, digest: 'd' }) as unknown as SlateClaim;

describe('slate tokens', () => {
  it('give back the claim, and outlive the rotation of keys', async () => {
    const before = createSigner(keyOf('old', 'a'));
    const after = createSigner(`${keyOf('new', 'b')},${keyOf('old', 'a')}`);
    const token = await before.sign(claim('shop'));
    expect(await before.verify(token)).toEqual(claim('shop'));
    expect(await after.verify(token)).toEqual(claim('shop'));
    expect(await before.verify(await after.sign(claim('shop')))).toBeUndefined();
  });

  it('are refused when a single character differs', async () => {
    const signer = createSigner(keyOf('k1', 'a'));
    const token = await signer.sign(claim('shop'));
    // The last character of the MAC carries two bits that base64 ignores.
    for (let i = 0; i < token.length - 1; i++) {
      const other = token[i] === 'A' ? 'B' : 'A';
      expect(await signer.verify(token.slice(0, i) + other + token.slice(i + 1))).toBeUndefined();
    }
  });

  it('are refused, never thrown at, whatever they are', async () => {
    const signer = createSigner(keyOf('k1', 'a'));
    const part = fc.string({ maxLength: 30 });
    const text = fc.oneof(
      fc.string(),
      fc.tuple(part, part).map(([a, b]) => `v1.k1.${a}.${b}`),
    );
    await fc.assert(
      fc.asyncProperty(text, async (token) => {
        expect(await signer.verify(token)).toBeUndefined();
      }),
    );
  });

  it('are not made with keys that are short or malformed', () => {
    for (const keys of ['', 'k1', 'k1:', 'k1:c2hvcnQ=', ':YWFhYWFhYWFhYWFhYWFhYWFhYWE=', 'k1:***']) {
      expect(() => createSigner(keys)).toThrow('SIGNING_KEYS');
    }
  });
});

it('UUIDv7 sorts by time and is one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.uint8Array({ minLength: 10, maxLength: 10 }), (ms, random) => {
      const uuid = uuidV7(ms, random);
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(ms);
    }),
  );
});
