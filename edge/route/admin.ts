import { ProblemError } from '../problem.ts';

/**
 * Compares the bearer token with the deployment's in a time that does not depend on where they differ: digests of equal length.
 * @throws ProblemError not-ready when the deployment has no token, unauthorized when it is not the one.
 */
export async function requireAdmin(header: string | undefined, token: string | undefined): Promise<void> {
  if (!token) throw new ProblemError('not-ready', 'ADMIN_TOKEN is not set: nothing can be published');
  const given = /^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? '';
  const encoder = new TextEncoder();
  const [a, b] = await Promise.all([given, token].map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))));
  if (given === '' || !a || !b || !crypto.subtle.timingSafeEqual(a, b))
    throw new ProblemError('unauthorized', 'wrong admin token');
}
