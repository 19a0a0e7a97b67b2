/**
 * What can go wrong at the command line, as a closed list. `usage` and `bad-input` are the caller's to fix (exit code 2);
 * everything else is a failure (exit code 1).
 */
export const failureCodes = {
  /** A wrong option or argument. */
  usage: 2,
  /** A file or directory that is missing, unreadable or not what it should be. */
  'bad-input': 2,
  /** The input was read and nothing in it could be used. */
  'no-data': 1,
  /** Another machine or process did not answer, or refused. */
  unreachable: 1,
  refused: 1,
  /** A result that is not good enough to go on with. */
  gate: 1,
  failed: 1,
} as const;
export type FailureCode = keyof typeof failureCodes;

/** A failure that a person can act on: what happened and where in `message`, what to do in `hint`. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly hint: string | undefined;

  constructor(code: FailureCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

const isFailure = (error: unknown): error is Failure => error instanceof Error && error.name === 'Failure';

const systemMessages: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory, a file was expected',
  ENOTDIR: 'is not a directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
};

/** Any thrown value as a Failure: system errors by their code and path, anything else keeps its message. */
export function toFailure(error: unknown): Failure {
  if (isFailure(error)) return error;
  if (!(error instanceof Error)) return new Failure('failed', String(error));
  const { code, path } = error as NodeJS.ErrnoException;
  const meaning = code ? systemMessages[code] : undefined;
  if (meaning) return new Failure(code === 'ENOSPC' ? 'failed' : 'bad-input', path ? `${path}: ${meaning}` : meaning);
  return new Failure('failed', `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`);
}

/** Text for standard error: the message, then the hint on its own line. */
export function describeFailure(failure: Failure): string {
  return failure.hint ? `error: ${failure.message}\n  ${failure.hint}` : `error: ${failure.message}`;
}
