import type { DenseKernel } from '../../kernel/rank.ts';
import { decodeGraph } from '../decode-graph.ts';
import type { KernelEngine } from '../kernel-engine.ts';
import { columnsOf } from '../signature.ts';
import { denseOperators } from './operator.ts';
import { planDense } from './plan.ts';

/** It reads features and nothing else. */
export interface DenseEngine extends Omit<KernelEngine, 'run' | 'history'> {
  run(features: Float32Array, rows: number): Float32Array;
}

/**
 * The engine of kernels for dense rankers: a third of kernelEngine's size, which takes every model that this one takes and gives the same
 * scores. A run with as many rows as the one before allocates nothing but its result.
 * @throws ModelRefused for a model that is more than that.
 */
export function denseEngine(model: Uint8Array, kernel: DenseKernel): DenseEngine {
  const graph = decodeGraph(model, denseOperators);
  const columns = columnsOf(graph);
  let planned = 2;
  let program = planDense(graph, kernel, columns, planned, denseOperators);
  return {
    name: 'kernel',
    columns,
    metadata: graph.metadata,
    run(features, rows) {
      if (!(rows >= 0) || features.length !== rows * columns) throw new RangeError(`${features.length} / ${rows} x ${columns}`);
      if (rows !== planned) {
        program = planDense(graph, kernel, columns, rows, denseOperators);
        planned = rows;
      }
      const memory = kernel.memory(program.end + 16);
      if (kernel.owner !== program) {
        for (const [at, data] of program.constants) memory.set(data, at);
        kernel.owner = program;
      }
      memory.set(features, program.from);
      for (const step of program.steps) step();
      return memory.slice(program.to, program.to + rows);
    },
  };
}
