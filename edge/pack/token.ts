import type { SlateClaim } from '../../shared/contract/pack.ts';

/**
 * `v1.<key id>.<payload>.<HMAC-SHA256>`: payload is the claim's JSON, both it and the MAC in base64url. The MAC covers everything
 * before its dot, key id included.
 */
export interface Signer {
  sign(claim: SlateClaim): Promise<string>;
  /** The claim, or undefined for anything that no key of this deployment signed. */
  verify(token: string): Promise<SlateClaim | undefined>;
}

interface SigningKey {
  readonly id: string;
  readonly key: Promise<CryptoKey>;
}

const base64url = (binary: string) => btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const bytesToBinary = (bytes: Uint8Array) => String.fromCharCode(...bytes);

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

const encoder = new TextEncoder();
const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;

/** At least as long as 128 bits: a shorter key could be searched. */
const keyBytesLeast = 16;

function parseKey(entry: string): SigningKey {
  const [id = '', encoded = ''] = entry.trim().split(':');
  let raw: Uint8Array<ArrayBuffer>;
  try {
    raw = fromBase64url(encoded);
  } catch {
    raw = new Uint8Array();
  }
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(id) || raw.length < keyBytesLeast)
    throw new Error(`SIGNING_KEYS: each entry is id:base64 with at least ${keyBytesLeast} bytes`);
  return { id, key: crypto.subtle.importKey('raw', raw, algorithm, false, ['sign', 'verify']) };
}

/** @param keys "id:base64,id2:base64": the first signs, all verify. @throws Error when an entry is malformed or a key too short. */
export function createSigner(keys: string): Signer {
  const parsed = keys.split(',').map(parseKey);
  const first = parsed[0] as SigningKey;
  return {
    async sign(claim) {
      const payload = base64url(bytesToBinary(encoder.encode(JSON.stringify(claim))));
      const signed = `v1.${first.id}.${payload}`;
      const mac = await crypto.subtle.sign('HMAC', await first.key, encoder.encode(signed));
      return `${signed}.${base64url(bytesToBinary(new Uint8Array(mac)))}`;
    },
    async verify(token) {
      const [version, id, payload, mac, ...rest] = token.split('.');
      const key = parsed.find((candidate) => candidate.id === id);
      if (version !== 'v1' || !key || !payload || !mac || rest.length > 0) return undefined;
      try {
        const signed = encoder.encode(`v1.${id}.${payload}`);
        if (!(await crypto.subtle.verify('HMAC', await key.key, fromBase64url(mac), signed))) return undefined;
        return JSON.parse(new TextDecoder().decode(fromBase64url(payload))) as SlateClaim;
      } catch {
        return undefined;
      }
    },
  };
}
