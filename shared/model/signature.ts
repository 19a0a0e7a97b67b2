import type { Graph } from './graph.ts';
import { refused } from './refused.ts';

/** Columns of a ranker's one input, float [N, F] with N free. @throws ModelRefused */
export function columnsOf({ inputs, outputs }: Graph): number {
  const [input] = inputs;
  const [rows, columns, ...others] = input?.shape ?? [];
  const isOne = inputs.length === 1 && outputs.length === 1 && others.length === 0 && input?.type === 'float';
  if (!isOne || typeof rows !== 'string' || typeof columns !== 'number' || !(columns > 0))
    throw refused('bad-signature', 'input');
  return columns;
}
