import { checkScan, kept, noResult, quantiseQuery, type ScanKernel, type ScanTable } from './scan.ts';

/** The twin of scan.wasm: same rows and scores to the bit, all rows sorted in place of a buffer of the best. */
export function plainScanKernel(): ScanKernel {
  return {
    name: 'plain',
    search(table, query, k, lists) {
      const count = Math.min(k, checkScan(table, query, lists));
      const int16 = new Int16Array(table.dim);
      const scale = quantiseQuery(query, int16);
      if (count <= 0 || scale === 0) return noResult;
      const rows = lists
        ? Array.from(lists, (list) => rowsOf(table, list)).flat()
        : Array.from({ length: table.n }, (_, row) => row);
      const first = best(rows, (row) => roughScore(table, row, int16));
      const { exact } = table;
      const found = exact
        ? best(
            first.slice(0, kept(count)).map(({ row }) => row),
            (row) => exactScore(exact, table.dim, row, query),
          )
        : first.map(({ row, score }) => ({ row, score: score * scale }));
      const top = found.slice(0, count);
      return { ordinals: Uint32Array.from(top, ({ row }) => row), scores: Float32Array.from(top, ({ score }) => score) };
    },
  };
}

const rowsOf = ({ offsets = new Uint32Array(0) }: ScanTable, list: number): number[] => {
  const from = offsets[list] as number;
  return Array.from({ length: (offsets[list + 1] as number) - from }, (_, i) => from + i);
};

/** Rows with their scores, best first; those without a score are left out. */
function best(rows: readonly number[], scoreOf: (row: number) => number): { row: number; score: number }[] {
  return rows
    .map((row) => ({ row, score: scoreOf(row) + 0 }))
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.score - a.score || a.row - b.row);
}

function roughScore({ dim, data, scales }: ScanTable, row: number, query: Int16Array): number {
  if (!Number.isFinite(scales[row])) return Number.NaN;
  let sum = 0;
  for (let i = 0, at = row * dim; i < dim; i++, at++) sum += (data[at] as number) * (query[i] as number);
  return Math.fround(Math.fround(sum) * (scales[row] as number));
}

/** Sums in the kernel's order: eight lanes, then pairs. */
function exactScore(exact: Float32Array, dim: number, row: number, query: Float32Array): number {
  const lanes = new Float32Array(8);
  for (let i = 0; i < dim; i++)
    lanes[i & 7] = (lanes[i & 7] as number) + Math.fround((exact[row * dim + i] as number) * (query[i] as number));
  const [a, b, c, d] = [0, 1, 2, 3].map((lane) => Math.fround((lanes[lane] as number) + (lanes[lane + 4] as number))) as [
    number,
    number,
    number,
    number,
  ];
  return Math.fround(Math.fround(a + b) + Math.fround(c + d));
}
