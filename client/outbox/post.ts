import type { Settings } from '../settings.ts';

/** Milliseconds after which an answer is no longer waited for. */
const postMs = 30_000;

/** What the edge said. Status 0: nothing, in time. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Events of an accepted batch that were refused one by one. */
  readonly rejected: number;
}

/** Posts to the edge what the end of a page may not hold up. `keepalive`: goes on when the page ends, and then nobody hears the answer. Never rejects. */
export async function postSimple({ edge, site }: Settings, path: string, body: string, keepalive: boolean): Promise<Answer> {
  try {
    const response = await fetch(`${edge}/v1/${path}?site=${encodeURIComponent(site)}`, {
      method: 'POST',
      body,
      // A simple type, so that no preflight stands between a closing page and the edge.
      headers: { 'content-type': 'text/plain' },
      credentials: 'omit',
      keepalive,
      signal: AbortSignal.timeout(postMs),
    });
    const { rejected } = await response.json().catch(() => ({}));
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, retryAfter, rejected: rejected?.length ?? 0 };
  } catch {
    return { status: 0, retryAfter: null, rejected: 0 };
  }
}
