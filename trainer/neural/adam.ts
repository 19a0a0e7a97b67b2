import type { Random } from '../random.ts';
import type { Matrix, Ops } from './ops.ts';

/** One dense parameter and its gradient: views of blocks that Adam steps over as a whole. */
export interface Parameter extends Matrix {
  readonly gradient: Matrix;
}

/** How a parameter starts: everywhere the same, or normal. */
export type Start = { readonly fill: number } | { readonly deviation: number };

const beta1 = 0.9;
const beta2 = 0.999;
const lanes = 64;

/** Dense parameters in one block of memory, stepped by Adam (Kingma and Ba 2015). */
export interface Parameters<Name extends string> {
  readonly of: Readonly<Record<Name, Parameter>>;
  readonly count: number;
  /** Uses the gradients as they are. @param rate learning rate. */
  step(rate: number): void;
  /** All values, for keeping the best of several epochs. */
  readonly values: Float32Array;
}

/** @param shapes rows, columns (a multiple of 8) and start of each, in the order in which they draw from `random`. */
export function createParameters<Name extends string>(
  ops: Ops,
  shapes: Readonly<Record<Name, readonly [rows: number, columns: number, start: Start]>>,
  random: Random,
): Parameters<Name> {
  const entries = Object.entries(shapes) as [Name, readonly [number, number, Start]][];
  const count = entries.reduce((sum, [, [rows, columns]]) => sum + rows * columns, 0);
  const [block, gradients, mean, square] = Array.from({ length: 4 }, () => ops.matrix(Math.ceil(count / lanes), lanes)) as [
    Matrix,
    Matrix,
    Matrix,
    Matrix,
  ];
  const of = {} as Record<Name, Parameter>;
  let at = 0;
  for (const [name, [rows, columns, start]] of entries) {
    const view = (whole: Matrix): Matrix => ({
      rows,
      columns,
      at: whole.at + 4 * at,
      step: 4 * columns,
      values: whole.values.subarray(at, at + rows * columns),
    });
    of[name] = { ...view(block), gradient: view(gradients) };
    const { values } = of[name];
    for (let k = 0; k < values.length; k++) values[k] = 'fill' in start ? start.fill : start.deviation * random.normal();
    at += rows * columns;
  }
  let steps = 0;
  return {
    of,
    count,
    values: block.values,
    step(rate) {
      steps++;
      const rates = [rate / (1 - beta1 ** steps), 1 / (1 - beta2 ** steps), beta1, beta2, 0];
      const addresses = [0, block.at, gradients.at, mean.at, square.at, block.step];
      ops.pool.run('adam', { rows: block.rows, slice: 1024 }, ...addresses, ...rates);
    },
  };
}
