import { emptyValue } from './aggregate/empty.ts';
import type { FeatureDefinition } from './definition.ts';
import { finalValue } from './final.ts';
import type { FeatureSet } from './set.ts';
import { type DeviceValues, newDeviceValues } from './values.ts';

const ofHistory = ['match', 'cosine', 'dot', 'priceDistance'];

/**
 * Raw value of a device feature for a visitor without events that count for it, which is the same for every candidate; NaN = missing.
 * @throws Error for a feature or an aggregate that this build does not know
 */
export function blankValue(feature: FeatureDefinition): number {
  if ('aggregate' in feature) return emptyValue(feature.aggregate.kind);
  if (ofHistory.some((kind) => kind in feature)) return Number.NaN;
  throw new Error(`feature ${feature.name} is no device feature that this build knows`);
}

/**
 * What deviceValues gives for `n` candidates and a visitor without history, without the code that keeps and reads one: Float32
 * [n x set.device.length], row-major, final values.
 * @throws Error as blankValue
 */
export function blankValues(set: FeatureSet, n: number): DeviceValues {
  const values = newDeviceValues(n * set.device.length);
  const row = set.definitionOf.device.map((feature) => finalValue(feature, blankValue(feature)));
  for (let i = 0; i < n; i++) values.set(row, i * row.length);
  return values;
}
