import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { ItemId } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { Interactions } from '../candidate/interactions.ts';
import { shapeOf } from '../candidate/shape.ts';
import { twoTowerModel } from '../candidate/two-tower.ts';
import { whole } from '../command/number.ts';
import { peakMemoryBytes, resetPeakMemory } from '../evaluate/memory.ts';
import { openOps } from '../neural/ops.ts';
import { createRandom } from '../random.ts';

const [users, items, tastes, epochs] = [20_000, 10_000, 50, 3];
const productRounds = 20;

export const declare = (command: Command): Command =>
  command
    .option('--interactions <number>', 'of the generated log', whole(1000), 1_000_000)
    .option('--threads <number>', 'worker threads', whole(1), 2);

/**
 * Seconds of one epoch of the two-tower network with its default settings over a generated log with attributes, the fastest of the rounds after the first:
 * `secondsPerEpoch` by the clock on the wall, `cpuSecondsPerEpoch` those of all cores together, which other work on the machine changes less.
 * `productRatio`: to the time that the dense products of such an epoch take alone, on as many threads in the same run: 1 would be nothing but products.
 */
export async function run(options: Readonly<Record<string, unknown>>): Promise<object> {
  const { interactions, threads } = options as { readonly interactions: number; readonly threads: number };
  const log = generated(interactions);
  const settings = { ...twoTowerModel.defaults(shapeOf(log)), epochs };
  resetPeakMemory();
  const ends = [performance.now()];
  const spent = [cpuSeconds()];
  await twoTowerModel.fit(log, settings, {
    seed: 1,
    threads,
    throughMs: interactions + 1,
    items: catalogue(),
    warn: (text) => console.error(text),
    progress: () => {
      ends.push(performance.now());
      spent.push(cpuSeconds());
    },
  });
  const seconds = ends.slice(2).map((end, e) => (end - (ends[e + 1] as number)) / 1000);
  const secondsPerEpoch = Math.min(...seconds);
  const cpuSecondsPerEpoch = Math.min(...spent.slice(2).map((end, e) => end - (spent[e + 1] as number)));
  const { rank, hidden, batch, uniform } = settings;
  const multiplyAdds = interactions * rank * 3 * (batch + uniform + 2 * hidden);
  const products = multiplyAdds / (await productRate(threads));
  return {
    bench: 'two-tower',
    interactions,
    users,
    items,
    secondsPerEpoch,
    cpuSecondsPerEpoch,
    rowsPerSecond: Math.round(interactions / secondsPerEpoch),
    productSeconds: products,
    productRatio: secondsPerEpoch / products,
    peakMemoryBytes: peakMemoryBytes(),
    settings,
    threads,
    cores: availableParallelism(),
  };
}

/** Visitors of one of `tastes` tastes, each with its items, popular ones first. */
function generated(n: number): Interactions {
  const random = createRandom(1, 'bench/two-tower');
  const user = Int32Array.from({ length: n }, () => random.below(users));
  const item = Int32Array.from(user, (u) => {
    const place = Math.floor(random.uniform() ** 3 * (items / tastes));
    return (random.uniform() < 0.8 ? u % tastes : random.below(tastes)) + tastes * place;
  });
  return { n, users, items, user, item, tMs: Float64Array.from(user, (_, e) => e), weight: new Float32Array(n).fill(1) };
}

const catalogue = (): Item[] =>
  Array.from({ length: items }, (_, i) => ({
    id: `item-${i}` as ItemId,
    title: `model ${Math.floor(i / tastes)} of taste ${i % tastes}`,
    categories: [`taste ${i % tastes}`],
  }));

/** Of the whole process, its threads included; threads that look for work for a moment before they sleep are in it. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Multiply-adds a second of the product kernel on matrices of the size of the loss. */
async function productRate(threads: number): Promise<number> {
  const ops = await openOps({ threads, scratchBytes: 1 << 16 });
  const [rows, inner, columns] = [256, 64, 512];
  const [a, b, out] = [ops.matrix(rows, inner), ops.matrix(inner, columns), ops.matrix(rows, columns)];
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < productRounds; round++) {
    const start = performance.now();
    for (let k = 0; k < 10; k++) ops.product(a, b, out, { rows });
    fastest = Math.min(fastest, performance.now() - start);
  }
  await ops.pool.close();
  return (10 * rows * inner * columns * 1000) / fastest;
}
