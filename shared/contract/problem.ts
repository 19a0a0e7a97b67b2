/** Stable codes of problem+json answers (RFC 9457): `type` is `https://vitrine.dev/problem/<code>`. Never rename; append. */
export const problems = {
  'bad-parameter': 400,
  'bad-body': 400,
  'unknown-version': 400,
  'bad-digest': 400,
  'incomplete-release': 400,
  unauthorized: 401,
  'not-found': 404,
  'unknown-site': 404,
  'unknown-surface': 404,
  'unknown-item': 404,
  'unknown-release': 404,
  'unknown-delta': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  'rate-limited': 429,
  internal: 500,
  overloaded: 503,
  'not-ready': 503,
} as const;
export type ProblemCode = keyof typeof problems;

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  /** Where in the input: a parameter name or a JSON pointer. */
  readonly at?: string;
}
