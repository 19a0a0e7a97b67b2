import { Listr, ListrLogger, ProcessOutput } from 'listr2';

/** Shows what a verb is doing. `say` changes the line under the running step. */
export interface Progress {
  step<Result>(title: string, run: (say: (text: string) => void) => Result | Promise<Result>): Promise<Result>;
}

/** No output at all. */
export const silentProgress: Progress = { step: async (_title, run) => run(() => {}) };

/** A plain line for each step and each word said: what a parent process shows as progress of its own. */
const lineProgress = (stream: NodeJS.WriteStream): Progress => ({
  async step(title, run) {
    stream.write(`${title}\n`);
    return run((text) => stream.write(`${title}: ${text}\n`));
  },
});

/**
 * Progress on standard error, never on standard output; silent unless `stream` is a terminal. With VITRINE_PROGRESS=lines, plain lines
 * whatever the stream.
 */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (process.env.VITRINE_PROGRESS === 'lines') return lineProgress(stream);
  if (!stream.isTTY) return silentProgress;
  return {
    async step(title, run) {
      type Result = Awaited<ReturnType<typeof run>>;
      let result: { value: Result } | undefined;
      const logger = new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(stream, stream) });
      const task = {
        title,
        task: async (_: unknown, self: { output: string }) => {
          result = {
            value: await run((text) => {
              self.output = text;
            }),
          };
        },
      };
      // listr2 asks standard output what it can show; where that is a file, its simple renderer writes to our stream too.
      await new Listr([task], {
        renderer: 'default',
        rendererOptions: { logger },
        fallbackRenderer: 'simple',
        fallbackRendererOptions: { logger },
        registerSignalListeners: false,
      }).run();
      if (!result) throw new Error(`step "${title}" ended without a result`);
      return result.value;
    },
  };
}
