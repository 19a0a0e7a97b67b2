import { ProblemError } from '../problem.ts';

/** The body as it came, a byte order mark included, read no further than the limit. @throws ProblemError too-large, or bad-body when it is not UTF-8. */
export async function readText(request: Request, limitBytes: number): Promise<string> {
  const tooLarge = () => new ProblemError('too-large', `the body holds at most ${limitBytes} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge();
  if (!request.body) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of request.body as ReadableStream<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > limitBytes) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('bad-body', error instanceof TypeError ? 'the body is not UTF-8' : 'the body broke off');
  }
}

/** The body as JSON. @throws ProblemError too-large, bad-body */
export async function readJson(request: Request, limitBytes: number): Promise<unknown> {
  const text = await readText(request, limitBytes);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new ProblemError('bad-body', 'the body is not JSON');
  }
}
