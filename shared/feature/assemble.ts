import { crossValue } from './cross.ts';
import type { FeatureSet } from './set.ts';
import { type DeviceValues, newDeviceValues, type ServableValues } from './values.ts';

/**
 * A ranker's input: Float32 [n x F], row-major, F = the ranker's list in the set. The same function runs at the edge, on the device and
 * in the trainer; crosses are computed here. Without device values their columns are missing (NaN).
 * @throws RangeError when a matrix has not the shape that the set says.
 */
export function assemble(set: FeatureSet, ranker: 'light', n: number, served: ServableValues): Float32Array<ArrayBuffer>;
export function assemble(
  set: FeatureSet,
  ranker: 'light' | 'heavy',
  n: number,
  served: ServableValues,
  device?: Float32Array,
): DeviceValues;
export function assemble(
  set: FeatureSet,
  ranker: 'light' | 'heavy',
  n: number,
  served: ServableValues,
  device?: Float32Array,
): Float32Array<ArrayBuffer> {
  const { served: servedNames, device: deviceNames, crosses } = set;
  const servedWidth = servedNames.length;
  const deviceWidth = deviceNames.length;
  const check = (what: string, { length }: Float32Array, width: number) => {
    if (length !== n * width) throw new RangeError(`assemble: ${length} ${what} values for ${n} x ${width}`);
  };
  check('served', served, servedWidth);
  if (device) check('device', device, deviceWidth);
  const made: Float32Array[] = [];
  /** Value i of a column of [served, device, crosses]. */
  const cell = (column: number, i: number): number => {
    if (column < servedWidth) return served[i * servedWidth + column] as number;
    const own = column - servedWidth;
    if (own < deviceWidth) return device ? (device[i * deviceWidth + own] as number) : Number.NaN;
    return made[own - deviceWidth]?.[i] as number;
  };
  for (const cross of crosses) {
    const [a, b] = cross.of;
    const columnA = set.columnOf(a);
    const columnB = set.columnOf(b);
    made.push(Float32Array.from({ length: n }, (_, i) => crossValue(cross, cell(columnA, i), cell(columnB, i))));
  }
  const columns = set.columns[ranker];
  const width = columns.length;
  const values = newDeviceValues(n * width);
  for (let column = 0; column < width; column++) {
    const from = columns[column] as number;
    for (let i = 0; i < n; i++) values[i * width + column] = cell(from, i);
  }
  return values;
}
