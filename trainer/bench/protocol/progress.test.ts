import { expect, test } from 'vitest';
import { openProgress } from './progress.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  return { out: { isTTY, write } as unknown as NodeJS.WriteStream, written };
}

test('a terminal is told what is going on and left clean', () => {
  const { out, written } = terminal(true);
  const progress = openProgress('ncf ease', out);
  progress.fitting(0.5);
  progress.close();
  expect(written[0]).toContain('ncf ease: fitting 0 %');
  // Not more often than a person can read.
  expect(written).toHaveLength(2);
  expect(written.at(-1)).toBe('\r\u001b[K');
});

test('a file is told nothing', () => {
  const { out, written } = terminal(false);
  const progress = openProgress('ncf ease', out);
  progress.asking(1);
  progress.close();
  expect(written).toEqual([]);
});
