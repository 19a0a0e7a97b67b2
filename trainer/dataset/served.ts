import { definitionHashes } from '../../shared/feature/definition-hash.ts';
import { type FeatureSet, openFeatureSet } from '../../shared/feature/set.ts';
import { Failure } from '../failure.ts';
import type { Dataset } from '../log/dataset.ts';
import type { ServedSlate } from '../log/served.ts';
import type { Query } from './query.ts';

/** What was served when a visitor was asked, as far as a feature set of today has the same features. */
export interface LoggedList {
  /** Candidates that the data set knows. */
  readonly ordinals: Uint32Array;
  /** Served features of the set, in its order: whether they were logged as they are defined today. */
  readonly logged: readonly boolean[];
  /** Value of a candidate; NaN = missing, and for features that were not logged. */
  value(candidate: number, served: number): number;
}

/** Lists that were logged, by query. @param slateOf index in EventColumns.slate of each query's slate */
export async function loggedLists(
  { served }: Dataset,
  slateOf: ReadonlyMap<Query, number>,
  features: FeatureSet,
): Promise<ReadonlyMap<Query, LoggedList>> {
  const lists = new Map<Query, LoggedList>();
  if (!served) return lists;
  const slates = await served.read(slateOf.values());
  const columnsOf = new Map(served.sets.map((document) => [document.hash, columnsIn(openFeatureSet(document), features)]));
  for (const [query, slate] of slateOf) {
    const found = slates.get(slate);
    const columns = found && columnsOf.get(found.featureHash);
    if (found && columns) lists.set(query, listOf(found, columns));
  }
  return lists;
}

/** Where a served feature of another set is that computes the same, -1: nowhere; and how many that set serves. */
interface Columns {
  readonly width: number;
  readonly from: readonly number[];
}

function columnsIn(logged: FeatureSet, features: FeatureSet): Columns {
  const [theirs, ours] = [definitionHashes(logged.document.definitions), definitionHashes(features.document.definitions)];
  const from = features.served.map((name) => (theirs.get(name) === ours.get(name) ? logged.served.indexOf(name) : -1));
  return { width: logged.served.length, from };
}

function listOf({ ordinals, values, featureHash }: ServedSlate, { width, from }: Columns): LoggedList {
  if (values.length !== ordinals.length * width)
    throw new Failure(
      'bad-input',
      `a slate of the feature set ${featureHash} has ${values.length} served values for ${ordinals.length} x ${width}`,
    );
  const known = Array.from(ordinals.keys()).filter((i) => (ordinals[i] as number) >= 0);
  return {
    ordinals: Uint32Array.from(known, (i) => ordinals[i] as number),
    logged: from.map((column) => column >= 0),
    value(candidate, served) {
      const column = from[served] as number;
      return column < 0 ? Number.NaN : (values[(known[candidate] as number) * width + column] as number);
    },
  };
}

/** The slate that each query's choice was made from; absent where it was made elsewhere. */
export function slatesOf({ events }: Dataset, queries: readonly Query[], weights: Float32Array): ReadonlyMap<Query, number> {
  const keyOf = (user: number, tMs: number) => `${user}:${tMs}`;
  const asked = new Map(queries.map((query) => [keyOf(query.user, query.tMs), query]));
  const slates = new Map<Query, number>();
  for (let e = 0; e < events.n; e++) {
    const slate = events.slate[e] as number;
    if (slate < 0 || !((weights[events.type[e] as number] as number) > 0)) continue;
    const query = asked.get(keyOf(events.user[e] as number, events.tMs[e] as number));
    if (query?.targets.includes(events.item[e] as number) && !slates.has(query)) slates.set(query, slate);
  }
  return slates;
}
