import type { Ordinal } from '../contract/id.ts';
import type { Item } from '../contract/item.ts';
import type { SourceName } from '../contract/surface.ts';
import type { CatalogTable } from './catalog.ts';
import { contextValue, type RequestContext } from './context.ts';
import { finalValue } from './final.ts';
import type { HistoryItem } from './history.ts';
import { seedEvaluator } from './seed.ts';
import type { FeatureSet } from './set.ts';
import { newServedValues, type ServedValues } from './values.ts';

/** Candidates and the request they are for. Columns: index i belongs to candidate i. */
export interface ServedInput extends RequestContext {
  readonly n: number;
  /** [n] rows of `catalog` and `items`. */
  readonly ordinals: ArrayLike<Ordinal>;
  readonly catalog: CatalogTable;
  readonly items: readonly Pick<Item, 'publishedAtMs'>[];
  /** Per source [n]; NaN where it did not propose the candidate. A source that is absent did not propose any. */
  readonly sourceScores: Readonly<Partial<Record<SourceName, ArrayLike<number>>>>;
  /**
   * Raw values that the online store gave (entity.ts), by feature name: one per candidate [n] for entity item and userItem, one for all otherwise.
   * A feature that is absent is missing: the store did not answer.
   */
  readonly online?: Readonly<Record<string, number | ArrayLike<number>>>;
  /** What the visitor showed interest in, distinct, newest first. Absent: nobody said. */
  readonly seeds?: readonly HistoryItem[];
  /** Candidate i as it is compared with seeds. */
  readonly compared?: (i: number) => HistoryItem;
  /** Position of each candidate [n]: of impressions, in training. */
  readonly positions?: ArrayLike<number>;
}

/**
 * Catalogue and edge features of the candidates: Float32 [n x set.served.length], row-major, NaN = missing.
 * @throws Error when the catalogue lacks a column of the set: they are not of one release.
 */
export function servedValues(set: FeatureSet, input: ServedInput): ServedValues {
  const { n, ordinals, catalog, items, sourceScores, nowMs, online = {}, positions, seeds = [] } = input;
  const width = set.served.length;
  const values = newServedValues(n * width);
  const fill = (column: number, value: (i: number) => number) => {
    for (let i = 0; i < n; i++) values[i * width + column] = value(i);
  };
  for (const feature of set.definitionOf.catalog) {
    const from = catalog.columns.indexOf(feature.name);
    if (from < 0) throw new Error(`the catalogue has no column ${feature.name}`);
    const stride = catalog.columns.length;
    fill(set.served.indexOf(feature.name), (i) => catalog.values[(ordinals[i] as number) * stride + from] ?? Number.NaN);
  }
  for (const feature of set.definitionOf.edge) {
    const column = set.served.indexOf(feature.name);
    if ('source' in feature) {
      const scores = sourceScores[feature.source];
      fill(column, (i) => finalValue(feature, scores?.[i] ?? Number.NaN));
    } else if ('seeds' in feature) {
      const { compared } = input;
      const value = seeds.length > 0 && compared ? seedEvaluator(feature, seeds) : undefined;
      fill(column, (i) => finalValue(feature, value && compared ? value(compared(i)) : Number.NaN));
    } else if ('age' in feature) {
      // An item shown before its date of arrival is new, not of negative age.
      fill(column, (i) => {
        const publishedAtMs = items[ordinals[i] as number]?.publishedAtMs ?? Number.NaN;
        return finalValue(feature, Math.max(0, nowMs - publishedAtMs) / 1000);
      });
    } else if ('aggregate' in feature) {
      const raw = online[feature.name] ?? Number.NaN;
      fill(column, (i) => finalValue(feature, (typeof raw === 'number' ? raw : raw[i]) ?? Number.NaN));
    } else if ('context' in feature && feature.context === 'position') {
      fill(column, (i) => finalValue(feature, positions?.[i] ?? Number.NaN));
    } else if ('context' in feature) {
      const context = finalValue(feature, contextValue(feature, input));
      fill(column, () => context);
    } else throw new Error(`feature ${feature.name} is no edge feature that this build knows`);
  }
  return values;
}

/** The rows of some candidates, in the given order: what a pack holds after policy chose. */
export function pickServed(set: FeatureSet, values: ServedValues, rows: ArrayLike<number>): ServedValues {
  const width = set.served.length;
  const picked = newServedValues(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    picked.set(values.subarray(from, from + width), i * width);
  }
  return picked;
}
