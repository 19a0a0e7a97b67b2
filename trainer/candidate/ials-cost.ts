import { blockOf, strideOf } from './als-solver.ts';
import type { IalsSettings } from './ials.ts';
import type { Cost, Shape } from './model.ts';

/** Seconds per multiplication, measured on data of MovieLens-1M's shape. */
const perEntry = 1.2e-9;
const perProduct = 5.2e-11;
const perGram = 3e-10;
const perElimination = 1.2e-11;

/** Both sides of the matrix and their factors in shared memory, then two copies of the items' for scoring. */
export function costOfIals({ users, itemsSeen, pairs }: Shape, { rank, iterations, solver, weighting }: IalsSettings): Cost {
  const stride = strideOf(rank);
  const rows = users + itemsSeen;
  const block = solver === 'blocks' ? Math.min(blockOf, stride) : stride;
  const iteration =
    solver === 'conjugate-gradient'
      ? pairs * stride * perEntry + rows * stride * stride * perGram
      : pairs * stride * (block * perProduct + perEntry / 2) +
        rows * stride * (stride * perGram + block * block * perElimination);
  const bytesPerPair = weighting === 'once' ? 24 : 40;
  return {
    seconds: iterations * iteration,
    bytes: rows * (4 * stride + 12) + pairs * bytesPerPair + 80 * stride * stride + 8 * itemsSeen * stride + 2 ** 23,
  };
}
