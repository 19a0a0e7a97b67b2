import { parentPort, workerData } from 'node:worker_threads';
import { control, createWait, methodsOf, openControl, stop, type WorkerStart, work } from './pool.protocol.ts';

const { thread, module, memory, control: buffer, scratch } = workerData as WorkerStart;
const exports = new WebAssembly.Instance(module, { env: { memory } }).exports;
const methods = methodsOf(module).map((name) => exports[name] as (...values: number[]) => void);
const shared = openControl(buffer);
const { word } = shared;
const [waitForJob, wait] = [createWait(), createWait()];
let seen = Atomics.load(word, control.job);
parentPort?.postMessage('ready');
for (;;) {
  waitForJob(word, control.job, (job) => job !== seen);
  seen = Atomics.load(word, control.job);
  // Awake first, then the look at `open`: the calling thread closes first and then waits until nobody is awake.
  Atomics.add(word, control.busy, 1);
  const open = Atomics.load(word, control.open) === 1;
  if (open && word[control.calls] === stop) break;
  if (open) work(shared, { thread, methods, scratch, wait });
  if (Atomics.sub(word, control.busy, 1) === 1) Atomics.notify(word, control.busy);
}
