import { measure } from './measure.page.ts';
import type { RerankTask, RerankTimes } from './protocol.ts';

const worker = new Worker(new URL('./worker.page.ts', import.meta.url), { type: 'module' });

/** In the Web Worker, as on a site. */
const inWorker = (task: RerankTask): Promise<RerankTimes> =>
  new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => (data.times ? resolve(data.times) : reject(new Error(data.error)));
    worker.postMessage(task);
  });

Object.assign(window, { inWorker, onPage: measure });
