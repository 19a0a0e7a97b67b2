import { availableParallelism } from 'node:os';
import { type AlsSolver, alsSolvers, openAls } from '../candidate/als-solver.ts';
import { transposeWeighted, type WeightedRows } from '../candidate/weighted-rows.ts';
import { createRandom } from '../random.ts';
import { movieLensShape } from './als/data.ts';
import { hasNumpy, runOpenBlas } from './als/openblas.ts';
import { quantile } from './quantile.ts';

const ranks = [64, 128] as const;
const rounds = 3;
const iterationsPerRound = 2;
const names = { 'conjugate-gradient': 'cg', cholesky: 'cholesky', blocks: 'blocks' } as const;

/**
 * Seconds per iteration (users and items) of every solver on data of MovieLens-1M's shape, the fastest of rounds that take turns with the reference: an exact
 * float32 solver on OpenBLAS, one thread, where numpy is to be had. Ratios: `cgRatio64` and so on to the reference, `cgThreadsRatio64` and so
 * on of two threads to one.
 */
export async function run(): Promise<Record<string, unknown>> {
  const pairs = movieLensShape();
  const transposed = transposeWeighted(pairs);
  const reference = hasNumpy();
  if (!reference)
    console.error('python3 has no numpy: no reference, no ratio to it. Debian: apt-get install python3-numpy python3-scipy');
  const figures: Record<string, unknown> = {
    bench: 'als',
    users: pairs.rows,
    items: pairs.columns,
    pairs: pairs.indices.length,
    reference: reference ? 'OpenBLAS, float32, one thread' : 'none: python3 has no numpy',
  };
  for (const rank of ranks) {
    const seconds = new Map<string, number[]>();
    const add = (name: string, values: readonly number[]) => seconds.set(name, [...(seconds.get(name) ?? []), ...values]);
    for (let round = 0; round < rounds; round++) {
      console.error(`rank ${rank}, round ${round + 1} of ${rounds}`);
      if (reference) {
        const found = await runOpenBlas(pairs, transposed, rank, iterationsPerRound);
        add('openblas', found.seconds);
        figures.reference = `OpenBLAS ${found.solver}, float32, one thread`;
      }
      for (const solver of alsSolvers)
        for (const threads of [1, 2]) add(`${names[solver]}${threads}`, await time(pairs, transposed, { rank, solver, threads }));
    }
    const fastest = (name: string) => quantile(seconds.get(name) ?? [], 0);
    if (reference) figures[`openblasSeconds${rank}`] = round4(fastest('openblas'));
    for (const name of Object.values(names)) {
      figures[`${name}Seconds${rank}`] = round4(fastest(`${name}1`));
      if (reference) figures[`${name}Ratio${rank}`] = round4(fastest(`${name}1`) / fastest('openblas'));
      figures[`${name}ThreadsRatio${rank}`] = round4(fastest(`${name}2`) / fastest(`${name}1`));
    }
  }
  return { ...figures, rounds, iterationsPerRound, cores: availableParallelism() };
}

async function time(
  pairs: WeightedRows,
  transposed: WeightedRows,
  settings: { readonly rank: number; readonly solver: AlsSolver; readonly threads: number },
): Promise<number[]> {
  const als = await openAls(pairs, transposed, { ...settings, regularisation: 0.007, exponent: 1, unobservedWeight: 0.3 });
  try {
    const random = createRandom(1, 'factors');
    for (let at = 0; at < als.items.length; at++) als.items[at] = (0.1 / Math.sqrt(settings.rank)) * random.normal();
    return Array.from({ length: iterationsPerRound }, () => {
      const start = performance.now();
      als.solveUsers();
      als.solveItems();
      return (performance.now() - start) / 1000;
    });
  } finally {
    await als.close();
  }
}

const round4 = (value: number): number => Math.round(value * 1e4) / 1e4;
