/**
 * What the threads of a pool say to each other: one block of shared memory, no messages. A job is a list of calls that every thread goes through in
 * order, taking slices; nobody begins a call before the slices of the one before it are done. Indices are of int32 elements.
 */
export const control = {
  /** Number of the job; workers sleep on it. */
  job: 0,
  /** Workers that are awake; the calling thread sleeps on it. */
  busy: 1,
  /** Calls of the job, or `stop`. */
  calls: 2,
  /** 1 + thread whose error lies in the text, 0: none. */
  failed: 3,
  /** Call that failed. */
  failedCall: 4,
  textBytes: 5,
  /** 1 while slices may be taken. A worker that wakes too late finds 0 and touches nothing, so nobody waits for it. */
  open: 6,
} as const;

/** A call, `callWords` int32 elements each. */
export const call = {
  /** Index of the method among the kernel's exports. */
  method: 0,
  rows: 1,
  slice: 2,
  argumentCount: 3,
  /** First row of the next slice that nobody has taken. */
  next: 4,
  /** Slices that are done; threads that wait for the last one sleep on it. */
  done: 5,
} as const;

export const stop = -1;
export const callWords = 16;
export const mostCalls = 256;
export const mostArguments = 32;
export const mostTextBytes = 1024;

const callsAt = 64;
const argumentsAt = callsAt + mostCalls * callWords * 4;
const textAt = argumentsAt + mostCalls * mostArguments * 8;

export const createControl = (): SharedArrayBuffer => new SharedArrayBuffer(textAt + mostTextBytes);

/** Views of a control block. */
export const openControl = (buffer: SharedArrayBuffer) => ({
  word: new Int32Array(buffer, 0, callsAt / 4),
  calls: new Int32Array(buffer, callsAt, mostCalls * callWords),
  arguments: new Float64Array(buffer, argumentsAt, mostCalls * mostArguments),
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

/** Waits until `isOver`, which looks at element `index`: `value` says what it holds. */
export type Wait = (array: Int32Array, index: number, isOver: (value: number) => boolean) => void;

const mostSpins = 4096;
const fewestSpins = 16;

/**
 * A thread looks for a while before it sleeps, because being woken takes as long as a small slice. Where the looking was in vain, on a machine with
 * other work, it looks half as long the next time.
 */
export function createWait(): Wait {
  // Tells the processor that this is a loop of waiting; Node 24 has it.
  const { pause } = Atomics as { readonly pause?: () => void };
  let spins = mostSpins / 4;
  return (array, index, isOver) => {
    for (let n = 0; n < spins; n++) {
      if (isOver(Atomics.load(array, index))) {
        if (n > spins / 4) spins = Math.min(mostSpins, 2 * spins);
        return;
      }
      pause?.();
    }
    spins = Math.max(fewestSpins, spins >> 1);
    for (let value = Atomics.load(array, index); !isOver(value); value = Atomics.load(array, index))
      Atomics.wait(array, index, value);
  };
}

export interface Thread {
  readonly thread: number;
  readonly methods: readonly Method[];
  readonly scratch: number;
  readonly wait: Wait;
}

/** What one thread does of a job: call after call, slice after slice, until none is left or one has failed. Never throws. */
export function work(shared: Control, { thread, methods, scratch, wait }: Thread): void {
  const { word, calls, arguments: values } = shared;
  const hasFailed = () => Atomics.load(word, control.failed) !== 0;
  const count = word[control.calls] as number;
  for (let c = 0; c < count && !hasFailed(); c++) {
    const at = c * callWords;
    const method = methods[calls[at + call.method] as number] as Method;
    const rows = calls[at + call.rows] as number;
    const slice = calls[at + call.slice] as number;
    const slices = Math.ceil(rows / slice);
    const rest = values.subarray(c * mostArguments, c * mostArguments + (calls[at + call.argumentCount] as number));
    while (!hasFailed()) {
      const first = Atomics.add(calls, at + call.next, slice);
      if (first >= rows) break;
      try {
        method(first, Math.min(rows, first + slice), scratch, ...rest);
      } catch (error) {
        fail(shared, thread, c, error);
      }
      // A failure counts as done and wakes everybody: who waits here then leaves.
      if (Atomics.add(calls, at + call.done, 1) + 1 >= slices || hasFailed()) Atomics.notify(calls, at + call.done);
    }
    wait(calls, at + call.done, (done) => done >= slices || hasFailed());
  }
}

function fail({ word, text }: Control, thread: number, c: number, error: unknown): void {
  if (Atomics.compareExchange(word, control.failed, 0, thread + 1) !== 0) return;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const bytes = new TextEncoder().encode(`${name}: ${message}`).subarray(0, mostTextBytes);
  text.set(bytes);
  word[control.textBytes] = bytes.length;
  word[control.failedCall] = c;
}
