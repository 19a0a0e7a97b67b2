/** What the threads of a pool say to each other: one control block in shared memory, no messages. Indices are of int32 elements. */
export const control = {
  /** Number of the job; workers sleep on it. */
  job: 0,
  /** First index of the next slice that nobody has taken. */
  next: 1,
  /** Workers that are awake; the calling thread sleeps on it. */
  busy: 2,
  /** Index of the method among the kernel's exports, or `stop`. */
  method: 3,
  rows: 4,
  slice: 5,
  argumentCount: 6,
  /** 1 + thread whose error lies in the text, 0: none. */
  failed: 7,
  textBytes: 8,
  /** 1 while slices may be taken. A worker that wakes too late finds 0 and touches nothing, so nobody waits for it. */
  open: 9,
} as const;

export const stop = -1;
export const mostArguments = 32;
export const mostTextBytes = 1024;

const argumentsAt = 64;
const textAt = argumentsAt + mostArguments * 8;

export const createControl = (): SharedArrayBuffer => new SharedArrayBuffer(textAt + mostTextBytes);

/** Views of a control block. */
export const openControl = (buffer: SharedArrayBuffer) => ({
  word: new Int32Array(buffer, 0, argumentsAt / 4),
  arguments: new Float64Array(buffer, argumentsAt, mostArguments),
  text: new Uint8Array(buffer, textAt, mostTextBytes),
});

export type Control = ReturnType<typeof openControl>;

export interface WorkerStart {
  readonly thread: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  /** This thread's own memory, an address in bytes. */
  readonly scratch: number;
}

type Method = (first: number, end: number, scratch: number, ...rest: number[]) => void;

/** Names of the kernel's functions, in an order that every thread finds. */
export const methodsOf = (module: WebAssembly.Module): string[] =>
  WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name);

/** What one thread does of a job: slice after slice until none is left or one has failed. Never throws. */
export function work({ word, arguments: values, text }: Control, thread: number, methods: readonly Method[], scratch: number) {
  const rows = word[control.rows] as number;
  const slice = word[control.slice] as number;
  try {
    const method = methods[word[control.method] as number] as Method;
    const rest = Array.from(values.subarray(0, word[control.argumentCount]));
    while (Atomics.load(word, control.failed) === 0) {
      const first = Atomics.add(word, control.next, slice);
      if (first >= rows) return;
      method(first, Math.min(rows, first + slice), scratch, ...rest);
    }
  } catch (error) {
    if (Atomics.compareExchange(word, control.failed, 0, thread + 1) !== 0) return;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const bytes = new TextEncoder().encode(`${name}: ${message}`).subarray(0, mostTextBytes);
    text.set(bytes);
    word[control.textBytes] = bytes.length;
  }
}
