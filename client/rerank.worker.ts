import { serve } from './rerank/serve.ts';
import { RerankService } from './rerank/service.ts';

/** The Web Worker: history, features and engines live here, away from the page's thread. */
serve(new RerankService());
