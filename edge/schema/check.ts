import type { z } from 'zod';
import type { ProblemCode } from '../../shared/contract/problem.ts';
import { ProblemError } from '../problem.ts';

/** JSON pointer of an issue's path (RFC 6901). */
const pointer = (path: readonly PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What is wrong and where, of the first issue. */
export function firstIssue(error: z.ZodError): { readonly detail: string; readonly at: string } {
  const issue = error.issues[0];
  return { detail: issue?.message ?? 'is not valid', at: issue ? pointer(issue.path) : '' };
}

/** The parsed value. @throws ProblemError with the first issue and its JSON pointer. */
export function checkBody<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ProblemCode = 'bad-body',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { detail, at } = firstIssue(parsed.error);
  throw new ProblemError(code, at === '' ? detail : `${at}: ${detail}`, { at });
}

/** The parsed query of a URL. A name that occurs twice is refused: which one counts would be a guess. Unknown names are ignored. */
export function checkQuery<Schema extends z.ZodType>(schema: Schema, url: string): z.output<Schema> {
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of new URL(url).searchParams) {
    if (name in values) throw new ProblemError('bad-parameter', `${name} occurs more than once`, { at: name });
    values[name] = value;
  }
  const parsed = schema.safeParse({ ...values });
  if (parsed.success) return parsed.data;
  const at = String(parsed.error.issues[0]?.path[0] ?? '');
  const detail = at in values ? (parsed.error.issues[0]?.message ?? 'is not valid') : 'is required';
  throw new ProblemError('bad-parameter', `${at}: ${detail}`, { at });
}
