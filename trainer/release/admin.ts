import type { ReleaseId, Sha256 } from '../../shared/contract/id.ts';
import type { Problem } from '../../shared/contract/problem.ts';
import type { TrafficPlan } from '../../shared/contract/traffic.ts';
import { Failure } from '../failure.ts';

/** A site of a deployment, and the right to publish to it. */
export interface PublishTarget {
  /** Origin of the Worker, for example http://127.0.0.1:8787. */
  readonly url: string;
  readonly token: string;
  readonly site: string;
}

/** The Worker's admin API, as far as publishing needs it. Every call is safe to repeat. @throws Failure refused, unreachable */
export interface AdminApi {
  /** @returns false when the file was there already. */
  sendFile(sha256: Sha256, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
  putRelease(release: ReleaseId, manifest: string): Promise<void>;
  /** Version 0 without arms: none yet. */
  plan(): Promise<TrafficPlan>;
  putPlan(expect: number, plan: TrafficPlan): Promise<TrafficPlan>;
  sendEngine(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** A request that got no answer, or "not now", is sent again after these pauses. */
const retryPausesMs: readonly number[] = [200, 1000, 3000];
const attemptDeadlineMs = 120_000;

export interface AdminCall {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** From the origin on, with the query. */
  readonly path: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface AdminOptions {
  readonly signal?: AbortSignal;
  /** Pauses before the second, third ... attempt. */
  readonly pausesMs?: readonly number[];
}

/** Authorised requests to one site. What gets no answer, or "not now", is sent again. @throws Failure refused, unreachable */
export interface AdminCalls {
  /** Any answer below 500; the body of a GET has arrived as a whole. */
  call(request: AdminCall): Promise<Response>;
  /** A good answer. @throws Failure `refused` with what the Worker says. */
  expectOk(request: AdminCall): Promise<Response>;
}

export function createAdminCalls({ url, token }: Pick<PublishTarget, 'url' | 'token'>, options: AdminOptions = {}): AdminCalls {
  const { signal, pausesMs = retryPausesMs } = options;
  const origin = originOf(url);

  const attempt = async ({ method, path, body }: AdminCall): Promise<Response> => {
    const deadline = AbortSignal.timeout(attemptDeadlineMs);
    const response = await fetch(origin + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      ...(body !== undefined && { body }),
    });
    if (method !== 'GET') return response;
    // A body that breaks off is an attempt that failed.
    const bytes = await response.arrayBuffer();
    return new Response(bytes.byteLength > 0 ? bytes : null, { status: response.status, headers: response.headers });
  };

  const call = async (request: AdminCall): Promise<Response> => {
    for (let tries = 0; ; tries++) {
      let failure: Failure;
      try {
        const response = await attempt(request);
        if (response.status < 500) return response;
        failure = await refusal(request, response);
      } catch (error) {
        signal?.throwIfAborted();
        failure = new Failure(
          'unreachable',
          `${origin} does not answer: ${causeOf(error)}`,
          'Is the Worker running, and is the address right?',
        );
      }
      const pauseMs = pausesMs[tries];
      if (pauseMs === undefined) throw failure;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const expectOk = async (request: AdminCall): Promise<Response> => {
    const response = await call(request);
    if (response.ok) return response;
    throw await refusal(request, response);
  };
  return { call, expectOk };
}

/** Path of a site's admin routes. */
export const adminPath = (site: string): string => `/v1/admin/sites/${encodeURIComponent(site)}`;

export function createAdminApi(target: PublishTarget, options: AdminOptions = {}): AdminApi {
  const { site } = target;
  const { call, expectOk } = createAdminCalls(target, options);
  const base = adminPath(site);
  const send = async (path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    await (await expectOk({ method: 'PUT', path, body: bytes })).arrayBuffer();
  };

  return {
    async sendFile(sha256, bytes) {
      const path = `${base}/files/${sha256}`;
      const head = await call({ method: 'HEAD', path });
      if (head.ok) return false;
      // HEAD has no body to say why; only "not there" leads on.
      if (head.status !== 404) throw await refusal({ method: 'HEAD', path }, head);
      await send(path, bytes);
      return true;
    },
    async putRelease(release, manifest) {
      await expectOk({ method: 'PUT', path: `${base}/releases/${release}`, body: manifest });
    },
    async plan() {
      return (await (await expectOk({ method: 'GET', path: `${base}/plan` })).json()) as TrafficPlan;
    },
    async putPlan(expect, plan) {
      const request: AdminCall = { method: 'PUT', path: `${base}/plan`, body: JSON.stringify({ expect, plan }) };
      const response = await call(request);
      if (response.ok) return (await response.json()) as TrafficPlan;
      if (response.status !== 409) throw await refusal(request, response);
      // A request whose answer was lost and that was sent again meets its own change.
      const now = (await (await expectOk({ method: 'GET', path: `${base}/plan` })).json()) as TrafficPlan;
      if (now.version === plan.version && JSON.stringify(now.arms) === JSON.stringify(plan.arms)) return now;
      throw new Failure(
        'refused',
        `the traffic plan of ${site} was changed meanwhile: it has version ${now.version}, not ${expect}. The release is stored and not live.`,
        'Look at what is live, then publish again to replace it.',
      );
    },
    async sendEngine(name, bytes) {
      const head = await call({ method: 'HEAD', path: `/v1/engine/${name}` });
      if (head.ok && Number(head.headers.get('content-length')) === bytes.length) return;
      await send(`/v1/admin/engine/${name}`, bytes);
    },
  };
}

function originOf(url: string): string {
  try {
    const { origin, protocol } = new URL(url);
    if (protocol === 'http:' || protocol === 'https:') return origin;
  } catch {}
  throw new Failure('usage', `${url} is no address of a Worker`, 'For example --to http://127.0.0.1:8787');
}

const causeOf = (error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
};

const hints: Readonly<Record<string, string>> = {
  unauthorized: 'Use the token that the Worker has as ADMIN_TOKEN (locally: .dev.vars), with --token or VITRINE_ADMIN_TOKEN.',
  'not-ready': 'Set ADMIN_TOKEN for the Worker: .dev.vars locally, `npx wrangler secret put ADMIN_TOKEN` deployed.',
  'too-large': 'Train on fewer items or with smaller vectors.',
};

async function refusal({ method, path }: AdminCall, response: Response): Promise<Failure> {
  const problem = (await response.json().catch(() => undefined)) as Partial<Problem> | undefined;
  const code = problem?.code ?? (response.status === 401 ? 'unauthorized' : undefined);
  const detail = problem?.detail ?? `${method} ${path} was answered with ${response.status}`;
  return new Failure('refused', code ? `${detail} (${code})` : detail, code ? hints[code] : 'Is this a Vitrine Worker?');
}
