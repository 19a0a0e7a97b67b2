import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { control, createControl, methodsOf, mostArguments, openControl, stop, type WorkerStart, work } from './pool.protocol.ts';

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

/** @param kernel an entry file of shared/kernel/assembly that imports its memory. @throws when the kernels are not built. */
export async function openPool(kernel: string, { threads, scratchBytes }: PoolOptions): Promise<Pool> {
  if (!(Number.isSafeInteger(threads) && threads >= 1)) throw new RangeError(`pool: ${threads} threads`);
  const bytes = await readFile(new URL(`../../dist/kernel/${kernel}.wasm`, import.meta.url));
  const module = await WebAssembly.compile(bytes);
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
      shared.arguments.set(values);
      Object.assign(word, {
        [control.next]: 0,
        [control.method]: index,
        [control.rows]: rows,
        [control.slice]: slice,
        [control.argumentCount]: values.length,
        [control.failed]: 0,
      });
      if (workers.length > 0 && rows > slice) wake(word);
      work(shared, 0, methods, scratch[0] as number);
      Atomics.store(word, control.open, 0);
      for (let busy = Atomics.load(word, control.busy); busy > 0; busy = Atomics.load(word, control.busy)) {
        Atomics.wait(word, control.busy, busy);
      }
      const thread = (word[control.failed] as number) - 1;
      if (thread < 0) return;
      const text = new TextDecoder().decode(shared.text.slice(0, word[control.textBytes]));
      throw new Error(`${kernel}.${method} failed on thread ${thread}: ${text}`);
    },
    async close() {
      word[control.method] = stop;
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
