import { ProblemError } from '../problem.ts';

/** The announced length of an upload. @throws ProblemError bad-body without one, too-large over the limit. */
export function contentLength(request: Request, limitBytes: number): number {
  const header = request.headers.get('content-length');
  if (header === null && request.body === null) return 0;
  const bytes = Number(header ?? Number.NaN);
  if (!Number.isSafeInteger(bytes)) throw new ProblemError('bad-body', 'a Content-Length is required');
  if (bytes > limitBytes) throw new ProblemError('too-large', `${bytes} bytes; the limit is ${limitBytes}`);
  return bytes;
}

/** Reads what nobody needs: a client that is still sending would take an early answer for a broken connection. */
export async function drain(request: Request): Promise<void> {
  await request.body?.pipeTo(new WritableStream()).catch(() => {});
}
