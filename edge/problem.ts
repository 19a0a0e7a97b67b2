import { type Problem, type ProblemCode, problems } from '../shared/contract/problem.ts';

/** A refusal that becomes a problem+json answer. Guard by name: "ProblemError". */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly at: string | undefined;
  /** Extension members of the answer, for example the missing files. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { at?: string | undefined; more?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(detail);
    this.code = code;
    this.at = options.at;
    this.more = options.more ?? {};
  }
}

const titles: Readonly<Record<ProblemCode, string>> = {
  'bad-parameter': 'A parameter is not valid',
  'bad-body': 'The body is not valid',
  'unknown-version': 'The body has a version that this deployment does not read',
  'bad-digest': 'The content does not match its digest',
  'incomplete-release': 'Files of the release are missing',
  unauthorized: 'The admin token is missing or wrong',
  'not-found': 'There is nothing here',
  'unknown-site': 'This deployment has no such site',
  'unknown-surface': 'The site has no such surface',
  'unknown-item': 'The site has no such item',
  'unknown-release': 'The site has no such release',
  'unknown-delta': 'The site has no such delta',
  'method-not-allowed': 'The method is not allowed here',
  conflict: 'Someone else changed it first',
  'too-large': 'The content is over the limit',
  'unsupported-media-type': 'The content type is not supported',
  'rate-limited': 'Too many requests',
  internal: 'Something failed that should not have',
  overloaded: 'The service cannot take this now',
  'not-ready': 'The deployment is not set up for this yet',
};

/** The problem+json answer (RFC 9457) of a refusal. */
export function problemResponse(error: ProblemError): Response {
  const status = problems[error.code];
  const problem: Problem & Readonly<Record<string, unknown>> = {
    type: `https://vitrine.dev/problem/${error.code}`,
    title: titles[error.code],
    status,
    code: error.code,
    detail: error.message,
    ...(error.at === undefined ? {} : { at: error.at }),
    ...error.more,
  };
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  if (status === 503) headers.set('retry-after', '5');
  // The period of the limit.
  if (status === 429) headers.set('retry-after', '60');
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  return new Response(JSON.stringify(problem), { status, headers });
}
