import type { CandidateModel, FittedModel } from '../candidate/model.ts';
import { endOf } from '../dataset/history.ts';
import { peakMemoryBytes, resetPeakMemory } from './memory.ts';
import { rankCases } from './rank.ts';
import type { Task } from './task.ts';

/** Means over the cases of a task, by metric. */
export function figuresOf(model: FittedModel, task: Task): Record<string, number> {
  const sums: Record<string, number> = {};
  rankCases(model, task, (_, ranked) => {
    for (const [metric, value] of Object.entries(task.measure(ranked))) sums[metric] = (sums[metric] ?? 0) + value;
  });
  const means = Object.entries(sums).map(([metric, sum]) => [metric, sum / task.cases.length] as const);
  return { ...Object.fromEntries(means), ...(task.also && figuresOf(model, task.also)) };
}

export interface FitRequest {
  readonly seed: number;
  readonly threads: number;
  readonly settings: object;
  warn(message: string): void;
  progress?(share: number): void;
}

export interface Measured {
  readonly figures: Readonly<Record<string, number>>;
  readonly fitSeconds: number;
  /** Of models that are fitted in rounds: fit seconds by rounds. */
  readonly secondsPerEpoch?: number;
  /** Scoring and ranking of all cases. */
  readonly scoreSeconds: number;
  readonly totalSeconds: number;
  readonly peakMemoryBytes: number;
  readonly modelBytes: number;
}

/** Fits a model on a task and asks it all cases. */
export async function measure(model: CandidateModel, task: Task, request: FitRequest): Promise<Measured> {
  resetPeakMemory();
  const start = performance.now();
  const { settings, ...context } = request;
  const fitted = await model.fit(task.fit, settings, {
    ...context,
    ...(task.catalogue && { items: task.catalogue }),
    throughMs: endOf(task.fit),
  });
  const fitSeconds = (performance.now() - start) / 1000;
  const figures = figuresOf(fitted, task);
  const totalSeconds = (performance.now() - start) / 1000;
  const epochs = epochsOf(settings);
  return {
    figures,
    fitSeconds,
    ...(epochs && { secondsPerEpoch: fitSeconds / epochs }),
    scoreSeconds: totalSeconds - fitSeconds,
    totalSeconds,
    peakMemoryBytes: peakMemoryBytes(),
    modelBytes: fitted.bytes,
  };
}

/** Rounds over the data, by the names that models give them. */
function epochsOf(settings: object): number | undefined {
  const { epochs, iterations } = settings as { readonly epochs?: unknown; readonly iterations?: unknown };
  return [epochs, iterations].find((value): value is number => typeof value === 'number' && value > 0);
}
