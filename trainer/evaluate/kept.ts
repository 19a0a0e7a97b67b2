import type { MetricValue } from '../../shared/contract/release.ts';
import { bootstrapDifference, bootstrapRatio, type Resamples } from './bootstrap.ts';

/**
 * Share of the device order's gain over the blend that the edge's order keeps, of a metric by user [users]. Undefined where the device gains nothing
 * for sure: a share of noise says nothing.
 */
export function keptGain(
  { edge, device, blend }: { readonly edge: Float64Array; readonly device: Float64Array; readonly blend: Float64Array },
  resamples: Resamples,
): MetricValue | undefined {
  if (!(bootstrapDifference(device, blend, resamples).low > 0)) return undefined;
  const gain = (values: Float64Array) => values.map((value, user) => value - (blend[user] as number));
  return bootstrapRatio(gain(edge), gain(device), resamples);
}
