import { openPool } from '../../adapter/pool.ts';
import type { Standard } from '../standardise.ts';
import type { NetworkData } from './data.ts';
import type { Layout } from './layout.ts';
import { openPlan, scratchBytes } from './plan.ts';
import { cutSlices } from './slices.ts';

/** A step of AdamW and of the moving average. */
export interface Move {
  readonly rate: number;
  /** Share of themselves that weights lose, times the rate. */
  readonly decay: number;
  /** Of the moving average: what it keeps of itself. */
  readonly follow: number;
}

/** A network under training on the threads of a pool. What it computes depends on no number of threads. */
export interface Machine {
  /** All parameters and their moving average, as the layout says. */
  readonly values: Float32Array;
  readonly average: Float32Array;
  /** Sum of the losses of lists by these parameters, and, where wanted, their gradients for `gradient`. */
  loss(lists: Int32Array, of: 'values' | 'average', wantsGradient?: boolean): number;
  /** Sum of the gradients of the lists last asked for. */
  gradient(): Float32Array;
  /** Moves along the mean gradient of the lists. @returns the sum of their losses before */
  learn(lists: Int32Array, move: Move): number;
  close(): Promise<void>;
}

const blockColumns = 64;
const blocksPerSlice = 64;
const [beta1, beta2] = [0.9, 0.999];

/** @param listsPerStep most lists that are asked for at a time. @throws RangeError when the data does not fit into 4 GiB. */
export async function openMachine(
  layout: Layout,
  standard: Standard,
  data: NetworkData,
  { threads, listsPerStep }: { readonly threads: number; readonly listsPerStep: number },
): Promise<Machine> {
  const pool = await openPool('ranker', { threads, scratchBytes: scratchBytes(layout, data, listsPerStep) });
  const plan = openPlan(pool, layout, standard, data, listsPerStep);
  const room = () => pool.allocate(Float32Array, layout.length);
  const [values, average, mean, square] = [room(), room(), room(), room()];
  let [slices, steps] = [0, 0];

  function choose(lists: Int32Array): void {
    plan.chosen.set(lists);
    slices = cutSlices(lists, data.rows.offsets, plan.begins);
  }

  function run({ byteOffset }: Float32Array, wantsGradient: boolean): void {
    if (wantsGradient) pool.run('turnAll', { rows: 1, slice: 1 }, plan.at, byteOffset);
    pool.run('step', { rows: slices, slice: 1 }, plan.at, byteOffset, Number(wantsGradient));
  }

  function move(lists: number, { rate, decay, follow }: Move): void {
    steps++;
    const gradients = [plan.gradients.byteOffset, 4 * layout.length, slices];
    const moments = [mean.byteOffset, square.byteOffset, average.byteOffset];
    const rates = [1 / lists, rate / (1 - beta1 ** steps), 1 / (1 - beta2 ** steps)];
    const decays = [layout.decayed / blockColumns, rate * decay, follow];
    const work = { rows: layout.length / blockColumns, slice: blocksPerSlice };
    pool.run('adamAverage', work, values.byteOffset, ...gradients, ...moments, ...rates, ...decays);
  }

  const losses = () => plan.losses.subarray(0, slices).reduce((sum, loss) => sum + loss, 0);
  return {
    values,
    average,
    loss(lists, of, wantsGradient = false) {
      choose(lists);
      pool.together(() => run(of === 'values' ? values : average, wantsGradient));
      return losses();
    },
    gradient() {
      const sum = new Float32Array(layout.length);
      for (let s = 0; s < slices; s++)
        for (const [k, slope] of plan.gradients.subarray(s * layout.length, (s + 1) * layout.length).entries())
          sum[k] = (sum[k] as number) + slope;
      return sum;
    },
    learn(lists, to) {
      choose(lists);
      pool.together(() => {
        run(values, true);
        move(lists.length, to);
      });
      return losses();
    },
    close: () => pool.close(),
  };
}
