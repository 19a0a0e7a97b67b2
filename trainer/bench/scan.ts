import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { unstable_startWorker } from 'wrangler';
import { loadKernels } from '../adapter/kernel.ts';
import { quantile } from './quantile.ts';
import { noiseTable, scanDim, scanRows, scanTop } from './scan/table.ts';

const rounds = 15;
const scansPerRound = 200;

/**
 * Exact int8 scan of 100,000 x 64 for the top 100, in Node and in workerd, by turns in one run. Milliseconds per scan are medians over
 * rounds; in workerd the time of a request without a scan is taken off.
 */
export async function run(): Promise<Record<string, unknown>> {
  const { scan } = await loadKernels();
  const { table, query } = noiseTable();
  const worker = await unstable_startWorker({
    config: fileURLToPath(new URL('scan/wrangler.toml', import.meta.url)),
    dev: { server: { hostname: '127.0.0.1', port: 0 }, inspector: false, watch: false, logLevel: 'error', persist: false },
  });
  try {
    await worker.ready;
    const ask = async (scans: number) => {
      const start = performance.now();
      const response = await worker.fetch(`http://127.0.0.1/?scans=${scans}`);
      const { first } = (await response.json()) as { first: number };
      return { ms: performance.now() - start, first };
    };
    const inNode = (scans: number) => {
      const start = performance.now();
      let first = -1;
      for (let i = 0; i < scans; i++) first = scan.search(table, query, scanTop).ordinals[0] ?? -1;
      return { ms: performance.now() - start, first };
    };
    await ask(scansPerRound);
    inNode(scansPerRound);
    const nodeMs: number[] = [];
    const workerdMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const node = inNode(scansPerRound);
      const empty = await ask(0);
      const workerd = await ask(scansPerRound);
      if (node.first !== workerd.first) throw new Error(`Node found item ${node.first}, workerd ${workerd.first}`);
      nodeMs.push(node.ms / scansPerRound);
      workerdMs.push((workerd.ms - empty.ms) / scansPerRound);
    }
    const [node, workerd] = [quantile(nodeMs, 0.5), quantile(workerdMs, 0.5)];
    return {
      bench: 'scan',
      rows: scanRows,
      dim: scanDim,
      top: scanTop,
      nodeMs: node,
      workerdMs: workerd,
      workerdRatio: workerd / node,
      rounds,
      scansPerRound,
      cores: availableParallelism(),
    };
  } finally {
    await worker.dispose();
  }
}
