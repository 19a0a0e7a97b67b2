import { describe, expect, it } from 'vitest';
import { SerialQueue } from './queue.ts';

describe('SerialQueue', () => {
  it('goes on after a job that rejects and after one that throws', async () => {
    const queue = new SerialQueue();
    const first = queue.add(() => Promise.reject(new Error('first')));
    const second = queue.add(() => {
      throw new Error('second');
    });
    const third = queue.add(() => 3);
    await expect(first).rejects.toThrow('first');
    await expect(second).rejects.toThrow('second');
    expect(await third).toBe(3);
  });

  it('runs one job at a time, in order', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const job = (name: string, ticks: number) => async () => {
      log.push(`${name} starts`);
      for (let i = 0; i < ticks; i++) await null;
      log.push(`${name} ends`);
    };
    await Promise.all([queue.add(job('a', 9)), queue.add(job('b', 1)), queue.add(job('c', 4))]);
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });
});
