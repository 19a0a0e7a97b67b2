import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { unstable_startWorker } from 'wrangler';
import { loadKernels } from '../adapter/kernel.ts';
import { quantile } from './quantile.ts';
import { searched, searches } from './scan/searches.ts';

const rounds = 15;
/** Searches a round: some tens of milliseconds of either. */
const counts = { flat: 200, lists: 1000 } as const;
type Kind = keyof typeof counts;

/**
 * Search of 100,000 x 64 for the top 100, exact and by inverted lists, in Node and in workerd, by turns in one run. Milliseconds per search are medians
 * over rounds; in workerd the time of a request without a search is taken off.
 */
export async function run(): Promise<Record<string, unknown>> {
  const { openScan } = await loadKernels();
  const here = searches(openScan);
  const worker = await unstable_startWorker({
    config: fileURLToPath(new URL('scan/wrangler.toml', import.meta.url)),
    dev: { server: { hostname: '127.0.0.1', port: 0 }, inspector: false, watch: false, logLevel: 'error', persist: false },
  });
  try {
    await worker.ready;
    const ask = async (of: Kind, count: number) => {
      const start = performance.now();
      const response = await worker.fetch(`http://127.0.0.1/?of=${of}&count=${count}`);
      const { first } = (await response.json()) as { first: number };
      return { ms: performance.now() - start, first };
    };
    const inNode = (of: Kind, count: number) => {
      const start = performance.now();
      let first = -1;
      for (let i = 0; i < count; i++) first = here[of]();
      return { ms: performance.now() - start, first };
    };
    const measure = async (of: Kind) => {
      const count = counts[of];
      await ask(of, count);
      inNode(of, count);
      const nodeMs: number[] = [];
      const workerdMs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const node = inNode(of, count);
        const empty = await ask(of, 0);
        const workerd = await ask(of, count);
        if (node.first !== workerd.first) throw new Error(`Node found item ${node.first}, workerd ${workerd.first}`);
        nodeMs.push(node.ms / count);
        workerdMs.push((workerd.ms - empty.ms) / count);
      }
      const [node, workerd] = [quantile(nodeMs, 0.5), quantile(workerdMs, 0.5)];
      return { nodeMs: node, workerdMs: workerd, workerdRatio: workerd / node };
    };
    const flat = await measure('flat');
    const lists = await measure('lists');
    return {
      bench: 'scan',
      ...searched,
      ...flat,
      listsNodeMs: lists.nodeMs,
      listsWorkerdMs: lists.workerdMs,
      listsWorkerdRatio: lists.workerdRatio,
      rounds,
      cores: availableParallelism(),
    };
  } finally {
    await worker.dispose();
  }
}
