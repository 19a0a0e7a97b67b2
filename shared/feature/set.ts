import type { CrossFeature, FeatureDefinition, FeatureSetDocument, Placement, ValueRules } from './definition.ts';

/** A cross with its name. */
export type CrossDefinition = CrossFeature & ValueRules & { readonly name: string };

/** A feature set ready to compute with. Device-side code imports this file; making and hashing a set is in create.ts. */
export interface FeatureSet {
  readonly document: FeatureSetDocument;
  readonly hash: string;
  /** Names that the edge serves: `catalog` and `edge` features that a ranker takes, itself or in a cross, in definition order. */
  readonly served: readonly string[];
  /** Names that the device fills, in definition order. */
  readonly device: readonly string[];
  /** Names among `served` that the catalogue table holds. */
  readonly catalog: readonly string[];
  /** By who computes them; crosses are not among them. */
  readonly definitionOf: Readonly<Record<Placement, readonly FeatureDefinition[]>>;
  /** Computed where a model's input is put together, in definition order: each is made of features before it. */
  readonly crosses: readonly CrossDefinition[];
  /** Per ranker, where each input column comes from: an index into [served, device, crosses]. */
  readonly columns: { readonly light: readonly number[]; readonly heavy: readonly number[] };
  /** Index into [served, device, crosses] by name. */
  columnOf(name: string): number;
}

/** Definitions that these names need: they themselves and what crosses are made of, in definition order. */
function needed(definitions: readonly FeatureDefinition[], names: readonly string[]): FeatureDefinition[] {
  const wanted = new Set(names);
  // Backwards: what a cross is made of is defined before it.
  const found = definitions.toReversed().filter((definition) => {
    if (!wanted.has(definition.name)) return false;
    if ('cross' in definition) for (const name of definition.of) wanted.add(name);
    return true;
  });
  for (const { name } of found) wanted.delete(name);
  for (const name of wanted) throw new Error(`feature ${name} is not defined`);
  return found.reverse();
}

/**
 * Opens the set of a release. Bytes were checked against the manifest; here names must add up.
 * @throws Error when a ranker or a cross names a feature that is not defined (before it), or the light ranker one that only a device can fill.
 */
export function openFeatureSet(document: FeatureSetDocument): FeatureSet {
  const { definitions, light, heavy } = document;
  const used = needed(definitions, [...light, ...heavy]);
  const isCross = (definition: FeatureDefinition): definition is CrossDefinition => 'cross' in definition;
  const crosses = used.filter(isCross);
  const filled = used.filter((definition) => !isCross(definition));
  const placed = (placement: Placement) => filled.filter((definition) => definition.placement === placement);
  const names = (list: readonly FeatureDefinition[]) => list.map(({ name }) => name);
  const served = names(filled.filter(({ placement }) => placement !== 'device'));
  const device = names(placed('device'));
  const all = [...served, ...device, ...names(crosses)];
  const columnOf = (name: string) => all.indexOf(name);
  const columns = { light: light.map(columnOf), heavy: heavy.map(columnOf) };
  if (needed(definitions, light).some(({ placement }) => placement === 'device'))
    throw new Error('the light ranker takes a device feature');
  const definitionOf = { catalog: placed('catalog'), edge: placed('edge'), device: placed('device') };
  return {
    document,
    hash: document.hash,
    served,
    device,
    catalog: names(definitionOf.catalog),
    definitionOf,
    crosses,
    columns,
    columnOf,
  };
}
