import { serve } from './rerank/serve.ts';
import { RerankService } from './rerank/service.ts';

/**
 * One file for both threads: the page imports it, and starts it again as its Web Worker, from the browser's cache. What both ends need
 * is downloaded once, and the device's order waits for no second script.
 */
export { start } from './session.ts';

if ('WorkerGlobalScope' in globalThis) serve(new RerankService());
