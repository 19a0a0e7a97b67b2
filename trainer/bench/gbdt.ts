import { availableParallelism } from 'node:os';
import { areaUnderCurve } from '../evaluate/metric.ts';
import { fitTrees } from '../fit/trees/boost.ts';
import type { TreeSettings } from '../fit/trees/settings.ts';
import { scoreTrees } from '../fit/trees/tree.ts';
import { clicks, columns } from './gbdt/data.ts';
import { openXgBoost, type Reference } from './gbdt/reference.ts';
import { quantile } from './quantile.ts';

const [rows, testRows] = [200_000, 50_000];
const shape = { trees: 100, depth: 6, learningRate: 0.1 } as const;
const settings: Partial<TreeSettings> = { ...shape, objective: 'log-loss', leaves: 64, leastRows: 1, leastHessian: 1, ridge: 1 };
const rounds = 3;

/**
 * Seconds of binning and growing on one and two threads, the fastest of rounds that take turns with XGBoost hist on the same rows and settings, where
 * Python has it: `ratio1` and `ratio2` to it, AUC on other rows beside.
 */
export async function run(): Promise<Record<string, unknown>> {
  const [train, test] = [clicks(rows, 1), clicks(testRows, 2)];
  const xgboost = await openXgBoost(train, test);
  if (!xgboost) console.error('python3 has no xgboost: no reference, no ratio to it. Debian: apt-get install python3-xgboost');
  const seconds = new Map<string, number[]>();
  const add = (name: string, value: number) => seconds.set(name, [...(seconds.get(name) ?? []), value]);
  const auc: Record<string, number> = {};
  let reference: Reference | undefined;
  try {
    for (let round = 0; round < rounds; round++) {
      console.error(`round ${round + 1} of ${rounds}`);
      for (const threads of [1, 2]) {
        const start = performance.now();
        const model = await fitTrees(train, { ...settings, threads });
        add(`seconds${threads}`, (performance.now() - start) / 1000);
        if (round === 0)
          auc[`auc${threads}`] = round4(areaUnderCurve(scoreTrees(model, test.features), (i) => test.labels[i] === 1));
        reference = xgboost?.fit({ ...shape, threads });
        if (reference) add(`xgboostSeconds${threads}`, reference.seconds);
      }
    }
  } finally {
    await xgboost?.close();
  }
  const fastest = (name: string) => quantile(seconds.get(name) ?? [], 0);
  const ratio = (threads: number) => round4(fastest(`seconds${threads}`) / fastest(`xgboostSeconds${threads}`));
  return {
    bench: 'gbdt',
    ...(reference && { ratio1: ratio(1), ratio2: ratio(2) }),
    threadsRatio: round4(fastest('seconds2') / fastest('seconds1')),
    ...Object.fromEntries([...seconds.keys()].map((name) => [name, round4(fastest(name))])),
    ...auc,
    ...(reference && { xgboostAuc: round4(reference.auc) }),
    reference: reference ? `XGBoost ${reference.version}, hist` : 'none: python3 has no xgboost',
    rows,
    columns,
    ...shape,
    rounds,
    cores: availableParallelism(),
  };
}

const round4 = (value: number): number => Math.round(value * 1e4) / 1e4;
