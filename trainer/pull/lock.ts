import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { pullFolder } from '../log/layout.ts';

/** Runs `work` while no other process changes the log. A process that is gone holds nothing. @throws Failure `failed` while another one is at it. */
export async function whileLocked<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  const path = join(pullFolder(directory), 'lock');
  await mkdir(pullFolder(directory), { recursive: true });
  const take = () => writeFile(path, String(process.pid), { flag: 'wx' });
  try {
    await take();
  } catch {
    const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
    if (holder > 0 && holder !== process.pid && isRunning(holder))
      throw new Failure('failed', `${directory} is being changed by another process (${holder}).`, 'Wait until it has ended.');
    await rm(path, { force: true });
    await take();
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
