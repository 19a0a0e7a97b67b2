import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { createProgress } from './progress.ts';

function streamOf(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  const text = () => String(stream.read() ?? '');
  return { stream: stream as unknown as NodeJS.WriteStream, text };
}

test('a terminal sees the steps, standard output sees nothing, and the caller gets the results', async () => {
  const stdout = vi.spyOn(process.stdout, 'write');
  const { stream, text } = streamOf(true);
  const progress = createProgress(stream);
  const result = await progress.step('Counting', (say) => {
    say('one, two');
    return 2;
  });
  expect(result).toBe(2);
  expect(text()).toContain('Counting');
  expect(stdout).not.toHaveBeenCalled();
  stdout.mockRestore();
});

test('quiet where nobody watches', async () => {
  const { stream, text } = streamOf(false);
  expect(await createProgress(stream).step('Counting', async () => 3)).toBe(3);
  expect(text()).toBe('');
});

test('plain lines for a parent process', async () => {
  vi.stubEnv('VITRINE_PROGRESS', 'lines');
  const { stream, text } = streamOf(false);
  await createProgress(stream).step('Counting', (say) => say('one'));
  expect(text()).toBe('Counting\nCounting: one\n');
  vi.unstubAllEnvs();
});

test.each([true, false])('a step that fails fails its caller with the same error (terminal: %s)', async (isTTY) => {
  const error = new Error('no');
  const failing = createProgress(streamOf(isTTY).stream).step('Failing', () => {
    throw error;
  });
  await expect(failing).rejects.toBe(error);
});
