import type { FeatureDefinition, FeatureSetDocument, Placement } from '../../shared/feature/definition.ts';
import { isOnline } from '../../shared/feature/entity.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { openSeedEncoder } from '../../shared/release/encoder.ts';
import { manifestId } from '../../shared/release/manifest.ts';
import { type OpenRelease, releaseIndex } from '../../shared/release/open.ts';
import { type Database, openDatabase, quote } from '../adapter/duckdb.ts';
import type { Kernels } from '../adapter/kernel.ts';
import { Failure } from '../failure.ts';
import type { Dataset } from '../log/dataset.ts';
import { hoursOf, hoursSql, readLogInfo } from '../log/layout.ts';
import { receivedEvents } from '../log/received.ts';
import { readForgotten } from '../pull/forget.ts';
import { recomputeCatalog } from './catalog.ts';
import { compareSlate, type SlateRow, type Tally } from './compare.ts';
import { createOnlineLog, eventItems } from './online.ts';
import { notRecomputable, type RecomputeInput } from './recompute.ts';
import { keptSince } from './since.ts';

export interface SkewOptions {
  /** Log directory. */
  readonly log: string;
  readonly release: OpenRelease;
  readonly kernels: Kernels;
  /** Greatest difference that counts as equal. */
  readonly tolerance: number;
  /** Definitions to compute by instead of the release's own. */
  readonly definitions?: FeatureSetDocument | undefined;
  /** The data set that the release was made of; without it aggregates of items are not computed again. */
  readonly dataset?: Dataset | undefined;
}

export interface FeatureSkew {
  readonly name: string;
  readonly placement: Placement;
  /** Values that were compared. */
  readonly count: number;
  readonly maxDifference: number;
  /** Values that are missing on one side only. */
  readonly missingMismatch: number;
  /** Values over the tolerance, or missing on one side. */
  readonly over: number;
  /** Values of aggregates that were not compared: the online store had not answered, or what it held then is not known any more. */
  readonly unread: number;
  /** The first that is over. */
  readonly example?: NonNullable<Tally['example']>;
  /** Why it was not compared. */
  readonly unchecked?: string;
}

export interface SkewReport {
  readonly release: string;
  readonly tolerance: number;
  /** Slates that were compared, and their items. */
  readonly slates: number;
  readonly items: number;
  readonly skipped: {
    /** Slates of other releases. */
    readonly otherRelease: number;
    /** Records too large to hold served values. */
    readonly withoutValues: number;
    /** Records of earlier builds, without time zone and device. */
    readonly withoutContext: number;
  };
  readonly features: readonly FeatureSkew[];
  /** Names of the features over the tolerance. */
  readonly skewed: readonly string[];
}

/** Compares the feature values that the edge served and logged with values computed again, per feature. */
export async function measureSkew(options: SkewOptions): Promise<SkewReport> {
  const { log, release, kernels, tolerance, definitions, dataset } = options;
  await readLogInfo(log);
  const id = manifestId(release.manifest);
  const features = definitions ? openFeatureSet(definitions) : release.features;
  const input: RecomputeInput = {
    release: { ...release, encoder: openSeedEncoder(release, kernels.rank) },
    index: releaseIndex(kernels.openScan, release),
    features,
    catalog: recomputeCatalog(release, features, dataset),
  };
  const tallies = release.features.served.map(
    (): Tally => ({ count: 0, maxDifference: 0, missingMismatch: 0, over: 0, unread: 0 }),
  );
  // Column of each served feature among those that are computed; -1: not defined there.
  const columns = release.features.served.map((name) => features.served.indexOf(name));
  const skipped = { otherRelease: 0, withoutValues: 0, withoutContext: 0 };
  let slates = 0;
  let items = 0;
  const database = await openDatabase();
  const forgotten = (await readForgotten(log)).size;
  try {
    const since = await keptSince(database, log, release.features);
    const online = createOnlineLog(features, receivedEvents(database, log, eventItems(release.items)), since);
    for (const hour of await hoursOf(log, 'slate')) {
      const from = hoursSql(log, 'slate', [hour]);
      const [counts] = await database.rows<typeof skipped>(`
        SELECT count(*) FILTER (NOT mine)::DOUBLE AS "otherRelease", count(*) FILTER (mine AND NOT whole)::DOUBLE AS "withoutValues",
          count(*) FILTER (mine AND whole AND device IS NULL)::DOUBLE AS "withoutContext"
        FROM (SELECT release = ${quote(id)} AS mine, octet_length(served) > 0 AS whole, device FROM ${from})`);
      for (const key of Object.keys(skipped) as (keyof typeof skipped)[]) skipped[key] += counts?.[key] ?? 0;
      await refuseOtherSet(database, from, release, id);
      const rows = await database.rows<SlateRow>(`
        SELECT slate, surface, "issuedAtMs"::DOUBLE AS "issuedAtMs", "timeZoneMinutes", country, device, item, coalesce(seeds, []) AS seeds, items, sources, served, degraded,
          "user", session, entities
        FROM (SELECT NULL::VARCHAR AS entities WHERE false UNION ALL BY NAME FROM ${from})
        WHERE release = ${quote(id)} AND octet_length(served) > 0 AND device IS NOT NULL ORDER BY "issuedAtMs", slate`);
      for (const row of rows) {
        await compareSlate(row, { ...input, online }, { tallies, columns, tolerance });
        slates++;
        items += row.items.length;
      }
    }
  } finally {
    database.close();
  }
  const report = release.features.served.map((name, i): FeatureSkew => {
    const tally = tallies[i] as Tally;
    const feature = features.document.definitions.find((definition) => definition.name === name);
    const unchecked =
      (columns[i] as number) < 0 || !feature ? 'not defined there' : (notRecomputable(feature) ?? lostEvents(feature, forgotten));
    const placement = placementOf(release, name);
    return unchecked === undefined
      ? { name, placement, ...tally }
      : { name, placement, count: 0, maxDifference: 0, missingMismatch: 0, over: 0, unread: 0, unchecked };
  });
  const skewed = report.filter(({ over }) => over > 0).map(({ name }) => name);
  return { release: id, tolerance, slates, items, skipped, features: report, skewed };
}

/** A release has one feature set: what was logged of it with another was not served by it. */
async function refuseOtherSet(database: Database, from: string, { features }: OpenRelease, id: string): Promise<void> {
  const [other] = await database.rows<{ slate: string; hash: string }>(
    `SELECT slate, "featureHash" AS hash FROM ${from} WHERE release = ${quote(id)} AND "featureHash" <> ${quote(features.hash)} LIMIT 1`,
  );
  if (other)
    throw new Failure(
      'bad-input',
      `slate ${other.slate} of the release ${id.slice(0, 12)} was logged with the feature set ${other.hash}, not ${features.hash}`,
    );
}

const placementOf = (release: OpenRelease, name: string): Placement =>
  release.features.catalog.includes(name) ? 'catalog' : 'edge';

/** The store keeps what is of nobody when a visitor is forgotten; the log does not. */
const lostEvents = (feature: FeatureDefinition, forgotten: number): string | undefined =>
  forgotten > 0 && isOnline(feature) && ['item', 'named'].includes(feature.entity)
    ? `events of ${forgotten} forgotten visitors are not in the log`
    : undefined;
