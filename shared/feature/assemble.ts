import type { FeatureSet } from './set.ts';
import { type DeviceValues, newDeviceValues, type ServableValues } from './values.ts';

/**
 * A ranker's input: Float32 [n x F], row-major, F = the ranker's list in the set. The same function runs at the edge, on the device and
 * in the trainer. Without device values their columns are missing (NaN).
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
  const columns = set.columns[ranker];
  const servedWidth = set.served.length;
  const deviceWidth = set.device.length;
  if (served.length !== n * servedWidth)
    throw new RangeError(`assemble: ${served.length} served values for ${n} x ${servedWidth}`);
  if (device && device.length !== n * deviceWidth)
    throw new RangeError(`assemble: ${device.length} device values for ${n} x ${deviceWidth}`);
  const width = columns.length;
  const values = newDeviceValues(n * width);
  for (let column = 0; column < width; column++) {
    const at = columns[column] as number;
    const from = at < 0 ? device : served;
    const stride = at < 0 ? deviceWidth : servedWidth;
    const offset = at < 0 ? -1 - at : at;
    for (let i = 0; i < n; i++) values[i * width + column] = from ? (from[i * stride + offset] as number) : Number.NaN;
  }
  return values;
}
