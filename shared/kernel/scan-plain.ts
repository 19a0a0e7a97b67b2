import { checkScan, type ScanKernel, trimmed } from './scan.ts';

/** The twin of scan.wasm: same scores to the bit, a sorted list in place of a heap. */
export function plainScanKernel(): ScanKernel {
  return {
    name: 'plain',
    scan(table, query, k) {
      checkScan(table, query);
      const { n, dim, data, scales } = table;
      const count = Math.max(0, Math.min(k, n));
      const bestIds = new Uint32Array(count);
      const best = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
      let threshold = Number.NEGATIVE_INFINITY;
      for (let row = 0, at = 0; row < n && count > 0; row++) {
        let sum = 0;
        for (let i = 0; i < dim; i++, at++) sum += (data[at] as number) * (query[i] as number);
        const score = Math.fround(Math.fround(sum) * (scales[row] as number));
        if (!(score > threshold)) continue;
        let slot = count - 1;
        for (; slot > 0 && score > (best[slot - 1] as number); slot--) {
          best[slot] = best[slot - 1] as number;
          bestIds[slot] = bestIds[slot - 1] as number;
        }
        best[slot] = score;
        bestIds[slot] = row;
        threshold = best[count - 1] as number;
      }
      return trimmed(bestIds, best);
    },
  };
}
