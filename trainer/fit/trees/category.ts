import { createRandom, shuffle } from '../../random.ts';
import type { TreeRows } from './rows.ts';

/** What the codes of a column became: the statistic of each, for trees to split on. */
export interface CategoryTable {
  readonly column: number;
  /** Ascending. */
  readonly codes: Float32Array;
  /** [codes]: mean label, shrunk to the prior by `priorRows` rows of it. */
  readonly values: Float32Array;
  /** Of a missing code. */
  readonly missing: number;
  /** Mean label: of a code that was not seen. */
  readonly prior: number;
}

/** Codes are exact in float32, and so is half a step beside them. */
export const mostCode = 2 ** 22;
/** Of a column, those with most rows: what a model file looks up by a tree. The others are as unseen. */
const mostCodes = 30_000;

interface Statistic {
  sum: number;
  rows: number;
}

/**
 * Target statistics of the categorical columns (Micci-Barreca 2001), such that no label is seen through them: trees learn from ordered statistics
 * (Prokhorenkova et al. 2018, "CatBoost"), those of the rows before in a random order, where the rows of a list count as one; what is scored later has the
 * table, which is of all rows. Missing is a category too.
 * @returns features with statistics instead of codes, and the tables.
 */
export function encodeToLearn(
  rows: TreeRows,
  priorRows: number,
  seed: number,
): { features: Float32Array; tables: CategoryTable[] } {
  const { columns, labels, offsets, categorical = [] } = rows;
  if (categorical.length === 0) return { features: rows.features, tables: [] };
  const features = rows.features.slice();
  const prior = Math.fround(labels.reduce((sum, label) => sum + label, 0) / labels.length);
  const value = (own: Statistic | undefined) =>
    own ? Math.fround((own.sum + prior * priorRows) / (own.rows + priorRows)) : prior;
  const groups = offsets ?? Int32Array.from({ length: labels.length + 1 }, (_, row) => row);
  const order = Int32Array.from({ length: groups.length - 1 }, (_, group) => group);
  shuffle(order, createRandom(seed, 'trees/category'));
  const tables = categorical.map((column): CategoryTable => {
    const statistics = new Map<number, Statistic>();
    const codeAt = (row: number) => rows.features[row * columns + column] as number;
    for (const group of order) {
      const [from, to] = [groups[group] as number, groups[group + 1] as number];
      for (let row = from; row < to; row++) features[row * columns + column] = value(statistics.get(codeAt(row)));
      for (let row = from; row < to; row++) {
        const own = statistics.get(codeAt(row)) ?? { sum: 0, rows: 0 };
        own.sum += labels[row] as number;
        own.rows++;
        statistics.set(codeAt(row), own);
      }
    }
    const missing = value(statistics.get(Number.NaN));
    statistics.delete(Number.NaN);
    const kept = [...statistics].sort(([a, x], [b, y]) => y.rows - x.rows || a - b).slice(0, mostCodes);
    kept.sort(([a], [b]) => a - b);
    const codes = Float32Array.from(kept, ([code]) => code);
    return { column, codes, values: Float32Array.from(kept, ([, own]) => value(own)), missing, prior };
  });
  return { features, tables };
}

/** Row-major features [rows x columns] with the tables' statistics instead of codes; the same array where there is no table. */
export function encode(features: Float32Array, columns: number, tables: readonly CategoryTable[]): Float32Array {
  if (tables.length === 0) return features;
  const out = features.slice();
  for (const { column, codes, values, missing, prior } of tables) {
    const byCode = new Map([...codes].map((code, i) => [code, values[i] as number]));
    for (let at = column; at < out.length; at += columns) {
      const code = out[at] as number;
      out[at] = Number.isNaN(code) ? missing : (byCode.get(code) ?? prior);
    }
  }
  return out;
}
