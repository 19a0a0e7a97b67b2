import { mostCode } from './category.ts';
import type { TreeSettings } from './settings.ts';

/** What trees learn from. */
export interface TreeRows {
  readonly columns: number;
  /** [rows x columns], row-major; missing is NaN. */
  readonly features: Float32Array;
  /** [rows]: any number; 0 or 1 for log-loss; for lambdarank whole grades from 0 to 31, or with gains of `labels` any number from 0. */
  readonly labels: Float32Array;
  /** [lists + 1]: the rows of list q are offsets[q] to offsets[q + 1]. Lambdarank needs it. */
  readonly offsets?: Int32Array;
  /** [lists]: how much each list counts to lambdarank; without it all count the same. */
  readonly listWeights?: Float64Array;
  /** Columns of codes, whole from 0, that are equal or not and nothing else: trees split on statistics of their labels. */
  readonly categorical?: readonly number[];
}

/** Exact sums of 32 bits leave less than eight bits to a gradient beyond. */
export const mostRows = 2 ** 23;
const mostGrade = 31;

/** @throws RangeError saying which row cannot be learnt from. */
export function checkRows(rows: TreeRows, { objective, gains }: Pick<TreeSettings, 'objective' | 'gains'>): void {
  const { columns, features, labels, offsets } = rows;
  const n = labels.length;
  if (n === 0 || columns === 0) throw new RangeError(`trees: nothing to learn from in ${n} rows of ${columns} columns`);
  if (n > mostRows) throw new RangeError(`trees: ${n} rows, at most ${mostRows}`);
  if (features.length !== n * columns)
    throw new RangeError(`trees: ${features.length} values for ${n} rows of ${columns} columns`);
  for (let i = 0; i < features.length; i++) {
    if (Math.abs(features[i] as number) === Number.POSITIVE_INFINITY)
      throw new RangeError(`trees: row ${Math.floor(i / columns)}, column ${i % columns} is infinite; missing is NaN`);
  }
  checkCodes(rows);
  const bad = labels.findIndex((label) => !fits(label, objective, gains));
  if (bad >= 0) throw new RangeError(`trees: the label of row ${bad} is ${labels[bad]}, which ${objective} cannot learn from`);
  if (objective !== 'lambdarank') return;
  if (!offsets) throw new RangeError('trees: lambdarank needs lists');
  const ascending = offsets.every((at, q) => (q === 0 ? at === 0 : at >= (offsets[q - 1] as number)));
  if (!ascending || offsets.at(-1) !== n) throw new RangeError(`trees: the lists do not cover ${n} rows`);
}

function checkCodes({ columns, features, categorical = [] }: TreeRows): void {
  for (const [k, column] of categorical.entries()) {
    if (!(Number.isInteger(column) && column >= 0 && column < columns) || categorical.indexOf(column) !== k)
      throw new RangeError(`trees: categorical column ${column} of ${columns}, or twice`);
    for (let at = column; at < features.length; at += columns) {
      const code = features[at] as number;
      if (!Number.isNaN(code) && !(Number.isInteger(code) && code >= 0 && code <= mostCode))
        throw new RangeError(
          `trees: row ${Math.floor(at / columns)}, categorical column ${column} is ${code}; codes are whole, 0 to ${mostCode}`,
        );
    }
  }
}

function fits(label: number, objective: string, gains: string): boolean {
  if (objective === 'lambdarank' && gains === 'labels') return Number.isFinite(label) && label >= 0;
  if (objective === 'log-loss') return label === 0 || label === 1;
  if (objective === 'lambdarank') return Number.isInteger(label) && label >= 0 && label <= mostGrade;
  return Number.isFinite(label);
}
