import type { CandidateModel, FittedModel } from '../candidate/model.ts';
import { endOf } from '../dataset/history.ts';
import { createRandom } from '../random.ts';
import { bootstrapMean, drawResamples } from './bootstrap.ts';
import { peakMemoryBytes, resetPeakMemory } from './memory.ts';
import { rankCases, type Visit } from './rank.ts';
import type { Task } from './task.ts';

/** Means over the cases of a task, by metric. */
export function figuresOf(model: FittedModel, task: Task): Record<string, number> {
  return Object.fromEntries(Array.from(valuesOf(model, task), ([metric, values]) => [metric, meanOf(values)]));
}

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Metric -> its value of each case. */
function valuesOf(model: FittedModel, task: Task, asking?: (share: number) => void): Map<string, Float64Array> {
  const columns = new Map<string, Float64Array>();
  const visitOf =
    ({ measure }: Task): Visit =>
    (index, ranked) => {
      for (const [metric, value] of Object.entries(measure(ranked))) {
        const values = columns.get(metric) ?? new Float64Array(task.cases.length);
        values[index] = value;
        columns.set(metric, values);
      }
    };
  const visit = visitOf(task);
  rankCases(
    model,
    task,
    (index, ranked) => {
      visit(index, ranked);
      if (index % 64 === 0) asking?.(index / task.cases.length);
    },
    task.also && { request: task.also, visit: visitOf(task.also) },
  );
  return columns;
}

/** Of cases; few, for there are many cases and an interval is told to two digits. */
const resampleCount = 200;

/** 95 % bootstrap intervals of the means: [low, high] by metric. */
function intervalsOf(columns: ReadonlyMap<string, Float64Array>, cases: number, seed: number): Record<string, [number, number]> {
  const resamples = drawResamples(cases, resampleCount, createRandom(seed, 'bootstrap'));
  const intervals = Array.from(columns, ([metric, values]) => {
    const { low, high } = bootstrapMean(values, resamples);
    return [metric, [low, high] as [number, number]] as const;
  });
  return Object.fromEntries(intervals);
}

export interface FitRequest {
  readonly seed: number;
  readonly threads: number;
  readonly settings: object;
  warn(message: string): void;
  progress?(share: number): void;
  /** Cases that were asked, in [0, 1]. */
  asking?(share: number): void;
}

export interface Measured {
  readonly figures: Readonly<Record<string, number>>;
  /** 95 % bootstrap interval of each figure, cases resampled. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly fitSeconds: number;
  /** Of models that are fitted in rounds: fit seconds by rounds. */
  readonly secondsPerEpoch?: number;
  /** Scoring and ranking of all cases. */
  readonly scoreSeconds: number;
  readonly totalSeconds: number;
  /** Processor time of all threads: what tells on a busy machine. */
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
  readonly modelBytes: number;
}

/** Fits a model on a task and asks it all cases. */
export async function measure(model: CandidateModel, task: Task, request: FitRequest): Promise<Measured> {
  resetPeakMemory();
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const { settings, asking, ...context } = request;
  const fitted = await model.fit(task.fit, settings, {
    ...context,
    ...(task.catalogue && { items: task.catalogue }),
    throughMs: endOf(task.fit),
  });
  const fitSeconds = (performance.now() - start) / 1000;
  const values = valuesOf(fitted, task, asking);
  const totalSeconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuStart);
  const peak = peakMemoryBytes();
  const epochs = epochsOf(settings);
  return {
    figures: Object.fromEntries(Array.from(values, ([metric, column]) => [metric, meanOf(column)])),
    intervals: intervalsOf(values, task.cases.length, request.seed),
    fitSeconds,
    ...(epochs && { secondsPerEpoch: fitSeconds / epochs }),
    scoreSeconds: totalSeconds - fitSeconds,
    totalSeconds,
    cpuSeconds: (user + system) / 1e6,
    peakMemoryBytes: peak,
    modelBytes: fitted.bytes,
  };
}

/** Rounds over the data, by the names that models give them. */
function epochsOf(settings: object): number | undefined {
  const { epochs, iterations } = settings as { readonly epochs?: unknown; readonly iterations?: unknown };
  return [epochs, iterations].find((value): value is number => typeof value === 'number' && value > 0);
}
