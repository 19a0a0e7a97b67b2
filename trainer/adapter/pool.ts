import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import {
  call,
  callWords,
  control,
  createControl,
  createWait,
  methodsOf,
  mostArguments,
  mostCalls,
  openControl,
  stop,
  type WorkerStart,
  work,
} from './pool.protocol.ts';

/** A view of `length` zeros in the shared memory; its `byteOffset` is the address that kernels take. */
export interface SharedArrayType<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer, byteOffset: number, length: number): A;
}

/**
 * A kernel of the trainer on one memory that `threads` threads share: the calling thread and threads - 1 workers.
 *
 *     const pool = await openPool('als', { threads: 2, scratchBytes: 1 << 20 });
 *     try {
 *       const factors = pool.allocate(Float32Array, items * stride);   // row-major; address = factors.byteOffset
 *       pool.run('gram', { rows: items, slice: 256 }, factors.byteOffset, stride, partials.byteOffset, 256);
 *     } finally {
 *       await pool.close();
 *     }
 */
export interface Pool {
  readonly threads: number;
  /** Bytes of the memory so far, which never shrinks: the peak. */
  readonly bytes: number;
  /**
   * Zeros, on a multiple of 64 bytes with 64 spare bytes behind, for as long as the pool is open. Earlier views stay valid.
   * @throws RangeError when the memory would pass 4 GiB.
   */
  allocate<A>(type: SharedArrayType<A>, length: number): A;
  /**
   * Calls `method(first, end, scratch, ...values)` of the kernel for the slices [0, slice), [slice, 2 slice) ... of `rows`, by whichever thread is
   * free, and returns when all are done. Slices do not depend on the number of threads; where what a slice writes depends on nothing but its
   * arguments, the result does not either. `scratch` is the address of the thread's own memory of `scratchBytes`. Blocks the calling thread.
   * @throws Error with the kernel's message when a slice fails, on whatever thread; the other slices are not begun.
   */
  run(method: string, work: { readonly rows: number; readonly slice: number }, ...values: number[]): void;
  /**
   * Collects what `calls` runs and does it as one job: calls in order, each whole before the next, but the threads are woken once and the calling thread
   * has no part in what lies between. `meanwhile` runs on the calling thread while the workers begin, and may not touch what the calls read or write.
   * @throws as `run`; what `calls` or `meanwhile` throws.
   */
  together(calls: () => void, meanwhile?: () => void): void;
  /** Ends the workers; resolves when they have. A pool that is never closed does not keep the process alive. */
  close(): Promise<void>;
}

export interface PoolOptions {
  /** At least 1, which starts no worker. */
  readonly threads: number;
  readonly scratchBytes: number;
}

const pageBytes = 65536;
const mostPages = 65536;
const alignment = 64;

/** By kernel: a module compiled again would run unoptimised again. */
const modules = new Map<string, Promise<WebAssembly.Module>>();

function compiled(kernel: string): Promise<WebAssembly.Module> {
  const known = modules.get(kernel);
  if (known) return known;
  const module = readFile(new URL(`../../dist/kernel/${kernel}.wasm`, import.meta.url)).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  modules.set(kernel, module);
  module.catch(() => modules.delete(kernel));
  return module;
}

/** @param kernel an entry file of shared/kernel/assembly that imports its memory. @throws when the kernels are not built. */
export async function openPool(kernel: string, { threads, scratchBytes }: PoolOptions): Promise<Pool> {
  if (!(Number.isSafeInteger(threads) && threads >= 1)) throw new RangeError(`pool: ${threads} threads`);
  const module = await compiled(kernel);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
  const exports = (await WebAssembly.instantiate(module, { env: { memory } })).exports;
  const names = methodsOf(module);
  const methods = names.map((name) => exports[name] as (...values: number[]) => number);
  const shared = openControl(createControl());
  const { word } = shared;

  let free = methods[names.indexOf('base')]?.() ?? 0;
  const reserve = (size: number): number => {
    const at = Math.ceil(free / alignment) * alignment;
    const missing = Math.ceil((at + size + alignment) / pageBytes) - memory.buffer.byteLength / pageBytes;
    if (at + size + alignment > mostPages * pageBytes) {
      throw new RangeError(`${kernel}: ${Math.ceil((at + size) / 2 ** 20)} MiB are needed, and WebAssembly has 4,096 at most`);
    }
    if (missing > 0) memory.grow(missing);
    free = at + size + alignment;
    return at;
  };

  const scratch = Array.from({ length: threads }, () => reserve(scratchBytes));
  const workers = await Promise.all(
    scratch.slice(1).map((at, index) => {
      const start: WorkerStart = { thread: index + 1, module, memory, control: word.buffer as SharedArrayBuffer, scratch: at };
      return startWorker(start);
    }),
  );

  const own = { thread: 0, methods, scratch: scratch[0] as number, wait: createWait() };
  const waitForWorkers = createWait();
  let collected = 0;
  let isCollecting = false;

  function execute(meanwhile?: () => void): void {
    const calls = collected;
    collected = 0;
    word[control.calls] = calls;
    word[control.failed] = 0;
    if (workers.length > 0 && hasSlices(calls)) wake(word);
    try {
      meanwhile?.();
    } finally {
      work(shared, own);
      Atomics.store(word, control.open, 0);
      waitForWorkers(word, control.busy, (busy) => busy === 0);
    }
    const thread = (word[control.failed] as number) - 1;
    if (thread < 0) return;
    const text = new TextDecoder().decode(shared.text.slice(0, word[control.textBytes]));
    const method = names[shared.calls[(word[control.failedCall] as number) * callWords + call.method] as number];
    throw new Error(`${kernel}.${method} failed on thread ${thread}: ${text}`);
  }

  /** Whether there is anything to share. */
  function hasSlices(calls: number): boolean {
    for (let at = 0; at < calls * callWords; at += callWords)
      if ((shared.calls[at + call.rows] as number) > (shared.calls[at + call.slice] as number)) return true;
    return false;
  }

  return {
    threads,
    get bytes() {
      return memory.buffer.byteLength;
    },
    allocate(type, length) {
      // First the room: growing replaces the buffer.
      const at = reserve(length * type.BYTES_PER_ELEMENT);
      return new type(memory.buffer as unknown as SharedArrayBuffer, at, length);
    },
    run(method, { rows, slice }, ...values) {
      const index = names.indexOf(method);
      if (index < 0) throw new Error(`${kernel} has no method ${method}`);
      if (values.length > mostArguments) throw new RangeError(`pool: ${values.length} arguments, at most ${mostArguments}`);
      if (!(slice >= 1)) throw new RangeError(`pool: slices of ${slice}`);
      if (collected === mostCalls) execute();
      shared.arguments.set(values, collected * mostArguments);
      shared.calls.set([index, rows, slice, values.length, 0, 0], collected * callWords);
      collected++;
      if (!isCollecting) execute();
    },
    together(calls, meanwhile) {
      if (isCollecting) throw new Error('pool: a job within a job');
      isCollecting = true;
      try {
        calls();
      } catch (error) {
        collected = 0;
        throw error;
      } finally {
        isCollecting = false;
      }
      execute(meanwhile);
    },
    async close() {
      word[control.calls] = stop;
      wake(word);
      await Promise.all(workers.splice(0).map((end) => end()));
    },
  };
}

function wake(word: Int32Array): void {
  Atomics.store(word, control.open, 1);
  Atomics.add(word, control.job, 1);
  Atomics.notify(word, control.job);
}

/** Resolves when the worker waits for its first job. @returns waits for its end. */
async function startWorker(start: WorkerStart): Promise<() => Promise<void>> {
  const worker = new Worker(new URL('./pool.worker.ts', import.meta.url), { workerData: start, execArgv: [] });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`pool: thread ${start.thread} ended with code ${code} before its first job`)));
  });
  worker.unref();
  return () => {
    worker.ref();
    return ended;
  };
}
