import { availableParallelism } from 'node:os';
import { createLayout, initialise } from '../fit/network/layout.ts';
import { type Machine, openMachine } from '../fit/network/machine.ts';
import type { RankingRows } from '../fit/rows.ts';
import { standardOf } from '../fit/standardise.ts';
import { openOps } from '../neural/ops.ts';
import { createRandom, shuffle } from '../random.ts';
import { quantile } from './quantile.ts';

/** With their missing indicators the network is 64-128-64-1. */
const columns = 32;
const hidden = [128, 64];
const [lists, rowsPerList, listsPerStep] = [3000, 32, 32];
const rounds = 7;

/** Multiply-adds of a row: forward, gradient of weights, gradient of what is not input. */
const multiplyAddsPerRow = 2 * (64 * 128 + 128 * 64 + 64) + 128 * 64 + 64;

/**
 * Rows a second of training a dense ranker 64-128-64-1 by listwise softmax cross-entropy with AdamW and a moving average, batches of 1,024 rows, on one
 * and on two threads by turns: the fastest of the epochs. `productShare`: of the speed of the product kernel alone on one thread in the same run.
 * `threadsRatio`: two threads to one; `cpuSeconds` and
 * `rowsPerCpuSecond` leave out what the machine's other work took.
 */
export async function run(): Promise<object> {
  const rows = generated();
  const machines = new Map<number, Machine>();
  const seconds = new Map<number, number[]>();
  const cpu = new Map<number, number[]>();
  const products: number[] = [];
  const order = Int32Array.from({ length: lists }, (_, q) => q);
  const random = createRandom(1, 'bench/dense/order');
  try {
    for (const threads of [1, 2]) machines.set(threads, await open(rows, threads));
    for (let round = 0; round < rounds; round++) {
      console.error(`round ${round + 1} of ${rounds}`);
      products.push(await productSeconds());
      shuffle(order, random);
      for (const [threads, machine] of machines) {
        const [start, used] = [performance.now(), process.cpuUsage()];
        for (let at = 0; at < lists; at += listsPerStep) {
          machine.learn(order.subarray(at, at + listsPerStep), { rate: 1e-3, decay: 0.01, follow: 0.995 });
        }
        const { user, system } = process.cpuUsage(used);
        seconds.set(threads, [...(seconds.get(threads) ?? []), (performance.now() - start) / 1000]);
        cpu.set(threads, [...(cpu.get(threads) ?? []), (user + system) / 1e6]);
      }
    }
  } finally {
    for (const machine of machines.values()) await machine.close();
  }
  const fastest = (of: ReadonlyMap<number, readonly number[]>, threads: number) => quantile(of.get(threads) ?? [], 0);
  const perSecond = (threads: number) => (lists * rowsPerList) / fastest(seconds, threads);
  const peak = 1 / quantile(products, 0);
  return {
    bench: 'dense',
    network: '64-128-64-1',
    rowsPerSecond1: Math.round(perSecond(1)),
    rowsPerSecond2: Math.round(perSecond(2)),
    rowsPerCpuSecond1: Math.round((lists * rowsPerList) / fastest(cpu, 1)),
    threadsRatio: round3(perSecond(2) / perSecond(1)),
    productShare: round3((perSecond(1) * multiplyAddsPerRow) / peak),
    productMultiplyAddsPerSecond: Math.round(peak),
    cpuSeconds1: round3(fastest(cpu, 1)),
    cpuSeconds2: round3(fastest(cpu, 2)),
    rows: lists * rowsPerList,
    rowsPerStep: listsPerStep * rowsPerList,
    rounds,
    cores: availableParallelism(),
  };
}

const round3 = (value: number): number => Math.round(value * 1e3) / 1e3;

async function open(rows: RankingRows, threads: number): Promise<Machine> {
  const layout = createLayout({ columns, hidden, heads: 1 });
  const machine = await openMachine(layout, standardOf(rows, lists), { rows, blend: [1] }, { threads, listsPerStep });
  initialise(layout, machine.values, createRandom(1, 'bench/dense'));
  return machine;
}

function generated(): RankingRows {
  const random = createRandom(1, 'bench/dense/rows');
  const labels = new Float32Array(lists * rowsPerList);
  for (let q = 0; q < lists; q++) labels[q * rowsPerList + random.below(rowsPerList)] = 1;
  return {
    columns,
    lists,
    offsets: Uint32Array.from({ length: lists + 1 }, (_, q) => q * rowsPerList),
    features: Float32Array.from({ length: lists * rowsPerList * columns }, () => random.normal()),
    labels,
  };
}

/** Seconds of a multiply-add of the product kernel on one thread, on matrices of the size of a slice's. */
async function productSeconds(): Promise<number> {
  const ops = await openOps({ threads: 1, scratchBytes: 1 << 16 });
  const [rows, inner, columns, times] = [128, 128, 64, 200];
  const [a, b, out] = [ops.matrix(rows, inner), ops.matrix(inner, columns), ops.matrix(rows, columns)];
  const rates = Array.from({ length: 3 }, () => {
    const start = performance.now();
    for (let k = 0; k < times; k++) ops.product(a, b, out, { rows });
    return (performance.now() - start) / 1000 / (times * rows * inner * columns);
  });
  await ops.pool.close();
  return Math.min(...rates);
}
