import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../failure.ts';

/**
 * Fills a directory as a whole or not at all: `fill` writes into a temporary sibling, which takes the place of `out` at the end.
 * `scratch` is for files that nobody needs afterwards.
 * Whatever stops the process before that leaves `out` as it was; the sibling is removed when the process exits in an orderly way.
 *
 * @param marker a file that says that an existing `out` is one of ours and may be replaced; an empty directory may be, too.
 * @throws Failure `bad-input` when `out` holds something else.
 */
export async function replaceDirectory<Result>(
  out: string,
  marker: string,
  fill: (directory: string, scratch: string) => Promise<Result>,
): Promise<Result> {
  const target = resolve(out);
  refuseForeign(target, marker, out);
  await mkdir(dirname(target), { recursive: true });
  // mkdtemp makes a private directory; what moves into place is an ordinary one inside it.
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}.partial-`));
  const filled = join(temporary, 'new');
  const cleanUp = () => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', cleanUp);
  const stopListening = exitOnSignals();
  try {
    await mkdir(filled);
    const result = await fill(filled, temporary);
    await swap(filled, target, join(temporary, 'old'));
    return result;
  } finally {
    stopListening();
    process.off('exit', cleanUp);
    cleanUp();
  }
}

function refuseForeign(target: string, marker: string, out: string): void {
  if (!existsSync(target)) return;
  const names = readdirSync(target);
  if (names.length === 0 || names.includes(marker)) return;
  throw new Failure('bad-input', `${out} exists and holds other files.`, 'Give an --out that does not exist yet.');
}

async function swap(filled: string, target: string, old: string): Promise<void> {
  const had = existsSync(target);
  if (had) await rename(target, old);
  try {
    await rename(filled, target);
  } catch (error) {
    if (had) await rename(old, target);
    throw error;
  }
}

/** A signal nobody handles kills without an exit event, and the sibling would stay. Verbs with handlers of their own keep them. */
function exitOnSignals(): () => void {
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  const stops = Object.entries(codes).map(([signal, code]) => {
    if (process.listenerCount(signal) > 0) return () => {};
    const exit = () => process.exit(code);
    process.once(signal, exit);
    return () => process.off(signal, exit);
  });
  return () => {
    for (const stop of stops) stop();
  };
}
