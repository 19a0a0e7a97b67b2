import type { ItemId, Ordinal } from '../../shared/contract/id.ts';
import type { SourceName } from '../../shared/contract/surface.ts';
import { assemble } from '../../shared/feature/assemble.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { HistoryItem } from '../../shared/feature/user.ts';
import type { ServedValues } from '../../shared/feature/values.ts';
import { servedOf } from '../../shared/release/cascade.ts';
import type { Blended } from '../../shared/retrieval/blend.ts';
import { candidatesOf, contextOf, type Retrieval } from './candidates.ts';
import { historyOf, type List } from './list.ts';
import type { Query } from './query.ts';
import type { AsOf, ReplayInput } from './replay.ts';
import type { LoggedList } from './served.ts';
import type { ShownSlate } from './shown.ts';

/** A logged slate, and which of its candidates each row of a list is; -1: none. */
interface Overlay {
  readonly logged: LoggedList;
  readonly candidates: readonly number[];
}

/** Makes lists of candidates with the features of a query's time, for both rankers. */
export interface ListMaker {
  list(query: Query, world: AsOf, picked: Blended, overlay?: Overlay): List;
  /** The candidates of a logged slate. */
  slateCandidates(logged: LoggedList, query: Query, world: AsOf): Blended;
  /** What was shown as candidates, as of its time. */
  shownCandidates(slate: ShownSlate, world: AsOf): Blended;
  /** What was shown, in the order of the log. */
  shown(slate: ShownSlate, world: AsOf, logged: LoggedList | undefined): List;
}

export function createListMaker(input: ReplayInput, retrieval: Retrieval): ListMaker {
  const { features, items, surface } = retrieval;
  const ordinalOf: ReadonlyMap<ItemId, Ordinal> = new Map(items.map(({ id }, ordinal) => [id, ordinal]));
  const list = (query: Query, world: AsOf, picked: Blended, overlay?: Overlay): List => {
    const n = picked.ordinals.length;
    const catalog = world.catalog(picked.ordinals);
    const { vectors } = retrieval.generators;
    const served = servedOf({ features, items, catalog, vectors }, picked, contextOf(world, surface, picked.ordinals));
    if (overlay) layOver(served, features, overlay);
    const known = Array.from(picked.ordinals, (ordinal) => input.historyItems[ordinal] as HistoryItem);
    return {
      tMs: query.tMs,
      items: picked.ordinals,
      history: historyOf(world.events, ordinalOf),
      logged: overlay?.logged.logged,
      labels: Array.from(picked.ordinals, (ordinal) => query.weights[query.targets.indexOf(ordinal)] ?? 0),
      light: assemble(features, 'light', n, served),
      heavy: assemble(features, 'heavy', n, served, deviceValues(features, world.user, known, world.nowMs)),
    };
  };
  /** These items as candidates. Source scores that were not logged are those of the sources as of the query, which may not propose them. */
  const asCandidates = (ordinals: Uint32Array, isLogged: (served: number) => boolean, query: Query, world: AsOf): Blended => {
    const n = ordinals.length;
    const sourceScores: Partial<Record<SourceName, Float32Array>> = {};
    const again = features.definitionOf.edge.some(
      (feature) => 'source' in feature && !isLogged(features.served.indexOf(feature.name)),
    );
    if (again) {
      const found = candidatesOf(retrieval, query, world);
      const at = new Map(Array.from(found.ordinals, (ordinal, i) => [ordinal, i]));
      for (const [source, scores] of Object.entries(found.sourceScores))
        sourceScores[source as SourceName] = Float32Array.from(
          ordinals,
          (ordinal) => scores[at.get(ordinal) ?? -1] ?? Number.NaN,
        );
    }
    return { ordinals, sources: new Uint32Array(n), scores: new Float32Array(n), sourceScores };
  };
  return {
    list,
    slateCandidates: ({ ordinals, logged }, query, world) =>
      asCandidates(ordinals, (served) => logged[served] === true, query, world),
    shownCandidates: (slate, world) => asCandidates(Uint32Array.from(slate.targets), () => false, slate, world),
    shown(slate, world, logged) {
      const { targets, positions, propensities, outcomes } = slate;
      const places = logged && new Map(Array.from(logged.ordinals, (ordinal, candidate) => [ordinal, candidate]));
      const candidates = targets.map((ordinal) => places?.get(ordinal) ?? -1);
      const isLogged = (served: number) => logged?.logged[served] === true && !candidates.includes(-1);
      const picked = asCandidates(Uint32Array.from(targets), isLogged, slate, world);
      return { ...list(slate, world, picked, logged && { logged, candidates }), shown: { positions, propensities, outcomes } };
    },
  };
}

/** Puts logged values in the place of computed ones. */
function layOver(values: ServedValues, { served }: FeatureSet, { logged, candidates }: Overlay): void {
  for (const [column, isLogged] of logged.logged.entries()) {
    if (!isLogged) continue;
    for (const [row, candidate] of candidates.entries())
      if (candidate >= 0) values[row * served.length + column] = logged.value(candidate, column);
  }
}
