import { canonicalJson } from '../../shared/contract/canonical.ts';
import type { CatalogTable } from '../../shared/feature/catalog.ts';
import { catalogValues, createItemState, updateItem } from '../../shared/feature/item.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import { featureEvent } from '../dataset/event.ts';
import { Failure } from '../failure.ts';
import type { Dataset } from '../log/dataset.ts';

/**
 * The catalogue table of a release, computed again: attributes from its items; aggregates from the data set that it was made of, as of its last event.
 * Without that data set aggregates are those of the release's own table.
 * @throws Failure `bad-input` when the data set is another one, `usage` when definitions were changed and there is none.
 */
export function recomputeCatalog(release: OpenRelease, features: FeatureSet, dataset: Dataset | undefined): CatalogTable {
  const { manifest, items } = release;
  if (dataset && dataset.info.sha256 !== manifest.data.sha256)
    throw new Failure('bad-input', `${dataset.info.name} is not the data set that the release was made of.`);
  const states = items.map(() => createItemState(features));
  if (dataset) {
    const { events } = dataset;
    for (let e = 0; e < events.n; e++) {
      const state = states[events.item[e] as number];
      if (state) updateItem(features, state, featureEvent(dataset, e));
    }
  }
  const columns = features.catalog;
  const values = new Float32Array(items.length * columns.length);
  for (const [i, item] of items.entries())
    values.set(catalogValues(features, states[i] ?? [], item, manifest.data.throughMs), i * columns.length);
  if (!dataset) keepAggregates(values, release, features);
  return { columns, n: items.length, values };
}

/** Columns of aggregates from the release's table. */
function keepAggregates(values: Float32Array, { catalog, items, features: own }: OpenRelease, features: FeatureSet): void {
  for (const [column, feature] of features.definitionOf.catalog.entries()) {
    if (!('aggregate' in feature)) continue;
    const before = own.definitionOf.catalog.find(({ name }) => name === feature.name);
    const from = catalog.columns.indexOf(feature.name);
    if (from < 0 || canonicalJson(before ?? null) !== canonicalJson(feature))
      throw new Failure(
        'usage',
        `${feature.name} is defined otherwise than in the release, and is made of events.`,
        'Give the data set that the release was made of: --dataset DIR.',
      );
    for (let i = 0; i < items.length; i++)
      values[i * features.catalog.length + column] = catalog.values[i * catalog.columns.length + from] as number;
  }
}
