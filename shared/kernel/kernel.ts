// The face of this room: what the runtimes and the rooms above may use.
export type { DenseExports, DenseKernel, RankExports, RankKernel } from './rank.ts';
export { wasmDenseKernel, wasmRankKernel } from './rank.ts';
export { plainRankKernel } from './rank-plain.ts';
export type { ScanExports, ScanKernel, ScanResult, ScanTable } from './scan.ts';
export { wasmScanKernel } from './scan.ts';
export { plainScanKernel } from './scan-plain.ts';
