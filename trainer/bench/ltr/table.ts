/** Rows of one block. */
const blockRows = 4096;

/** A dense matrix that grows by rows, and by columns while nobody knows how many there are. */
export interface GrowingTable {
  readonly rows: number;
  /** 1 + the greatest column so far. */
  readonly columns: number;
  /** Begins a row of zeros. */
  addRow(): void;
  /** Of the last row. */
  set(column: number, value: number): void;
  /** [rows x width], row-major; columns from `width` on are left out, missing ones are 0. Empties the table. */
  take(width: number): Float32Array;
}

export function createTable(): GrowingTable {
  let blocks: { width: number; values: Float32Array }[] = [];
  let rows = 0;
  let columns = 0;
  const resize = (values: Float32Array, from: number, to: number): Float32Array => {
    const wider = new Float32Array(blockRows * to);
    for (let row = 0; row < blockRows; row++) wider.set(values.subarray(row * from, row * from + Math.min(from, to)), row * to);
    return wider;
  };
  return {
    get rows() {
      return rows;
    },
    get columns() {
      return columns;
    },
    addRow() {
      if (rows % blockRows === 0) blocks.push({ width: columns, values: new Float32Array(blockRows * columns) });
      rows++;
    },
    set(column, value) {
      const block = blocks.at(-1);
      if (!block) throw new RangeError('table: no row');
      columns = Math.max(columns, column + 1);
      if (column >= block.width) {
        const width = Math.max(columns, Math.ceil(block.width * 1.5));
        block.values = resize(block.values, block.width, width);
        block.width = width;
      }
      block.values[((rows - 1) % blockRows) * block.width + column] = value;
    },
    take(width) {
      const all = new Float32Array(rows * width);
      for (const [at, { width: own, values }] of blocks.entries()) {
        const narrow = own === width ? values : resize(values, own, width);
        const first = at * blockRows;
        all.set(narrow.subarray(0, (Math.min(rows, first + blockRows) - first) * width), first * width);
      }
      blocks = [];
      return all;
    },
  };
}
