import type { FeatureDefinition, FeatureSetDocument, Placement } from './definition.ts';

/** A feature set ready to compute with. Device-side code imports this file; making and hashing a set is in create.ts. */
export interface FeatureSet {
  readonly document: FeatureSetDocument;
  readonly hash: string;
  /** Names that the edge serves: `catalog` and `edge` features that a ranker takes, in definition order. */
  readonly served: readonly string[];
  /** Names that the device fills, in definition order. */
  readonly device: readonly string[];
  /** Names among `served` that the catalogue table holds. */
  readonly catalog: readonly string[];
  readonly definitionOf: Readonly<Record<Placement, readonly FeatureDefinition[]>>;
  /** Per ranker, where each input column comes from: i >= 0 is column i of the served values, i < 0 is column -1 - i of the device values. */
  readonly columns: { readonly light: readonly number[]; readonly heavy: readonly number[] };
}

/**
 * Opens the set of a release. Bytes were checked against the manifest; here names must add up.
 * @throws Error when a ranker names a feature that is not defined, or the light ranker one that only a device can fill.
 */
export function openFeatureSet(document: FeatureSetDocument): FeatureSet {
  const { definitions, light, heavy } = document;
  const used = definitions.filter(({ name }) => light.includes(name) || heavy.includes(name));
  const placed = (placement: Placement) => used.filter((definition) => definition.placement === placement);
  const names = (list: readonly FeatureDefinition[]) => list.map(({ name }) => name);
  const served = names(used.filter(({ placement }) => placement !== 'device'));
  const device = names(placed('device'));
  for (const name of [...light, ...heavy])
    if (!served.includes(name) && !device.includes(name)) throw new Error(`feature ${name} is not defined`);
  const column = (name: string) => (served.includes(name) ? served.indexOf(name) : -1 - device.indexOf(name));
  const columns = { light: light.map(column), heavy: heavy.map(column) };
  if (columns.light.some((at) => at < 0)) throw new Error('the light ranker takes a device feature');
  const definitionOf = { catalog: placed('catalog'), edge: placed('edge'), device: placed('device') };
  return { document, hash: document.hash, served, device, catalog: names(definitionOf.catalog), definitionOf, columns };
}
