import type { CatalogTable } from '../../shared/feature/catalog.ts';
import { Failure } from '../failure.ts';

/** @throws Failure `gate` naming the artifact when a number in it is NaN or infinite. */
export function refuseNonFinite(artifacts: Readonly<Record<string, Float32Array>>): void {
  for (const [artifact, values] of Object.entries(artifacts)) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new Failure('gate', `nothing is released: ${artifact} holds ${values[at]} at ${at}`);
  }
}

/** In the catalogue NaN means missing; an infinity never has a meaning. @throws Failure `gate` that names item and column. */
export function refuseInfinite({ columns, values }: CatalogTable): void {
  const at = values.findIndex((value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY);
  if (at < 0) return;
  const column = columns[at % columns.length];
  throw new Failure(
    'gate',
    `nothing is released: catalogue feature ${column} of item ${Math.floor(at / columns.length)} is infinite`,
  );
}
