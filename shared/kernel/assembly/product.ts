// asc: --importMemory --sharedMemory --maximumMemory 65536 --enable threads --enable relaxed-simd
// The dense product alone, for trainer/adapter/product.ts.
export { product } from './_product';

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}
