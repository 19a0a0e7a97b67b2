import { open } from 'node:fs/promises';
import type { SourcePlace } from '../log/draft.ts';

/** Reads one record again by its place, to report it after the pass over its file. */
export async function rereadRow(path: string, place: SourcePlace): Promise<{ line: number; bytes: Buffer }> {
  const handle = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(place.bytes);
    await handle.read(bytes, 0, place.bytes, place.at);
    return { line: place.line, bytes };
  } finally {
    await handle.close();
  }
}
