// asc: --importMemory --sharedMemory --maximumMemory 65536 --enable threads --enable relaxed-simd
// Forward and backward passes, losses and optimiser steps of the trainer's neural models, for trainer/adapter/pool.ts: addresses and steps are in bytes,
// rows are slices, nothing allocates. What each computes is said in ../neural-plain.ts. Whatever sums over rows is sliced by what receives the sum and adds
// in ascending order, so that no result depends on the number of threads.
export { attention, attentionBack } from './_attention';
export { dropout, rectify, rectifyBack } from './_dropout';
export { gather, itemVectors, sumRows } from './_embedding';
export { layerNorm, layerNormBack, layerNormParameters } from './_layer-norm';
export { columnSums, product, transpose, transposedProduct } from './_matrix';
export { adam, rowAdagrad } from './_optimise';
export { placeSums, pool, poolBack, poolScatter } from './_pooling';
export { softmaxLoss } from './_softmax';

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}
