import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../log/atomic.ts';
import { pullFolder } from '../log/layout.ts';
import type { Forgotten } from './source.ts';

/** SHA-256 of a user key -> time up to which rows of that visitor are dropped. */
export type ForgottenUntil = ReadonlyMap<string, number>;

/** Visitors by the latest time up to which they were forgotten. */
export function latestOf(forgotten: readonly Forgotten[]): ForgottenUntil {
  const latest = new Map<string, number>();
  for (const { user, untilMs } of forgotten) latest.set(user, Math.max(untilMs, latest.get(user) ?? untilMs));
  return latest;
}

const path = (directory: string) => join(pullFolder(directory), 'forgotten.json');

/** Who was forgotten as of the last pull that ended. */
export async function readForgotten(directory: string): Promise<ForgottenUntil> {
  const text = await readFile(path(directory), 'utf8').catch(() => '[]');
  return new Map(JSON.parse(text) as [string, number][]);
}

/** Call when every hour is free of them. */
export const writeForgotten = (directory: string, forgotten: ForgottenUntil): Promise<void> =>
  writeAtomically(path(directory), `${JSON.stringify([...forgotten])}\n`);
