import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { type Database, openDatabase, quote } from '../adapter/duckdb.ts';
import { Failure } from '../failure.ts';
import { type DatasetInfo, datasetFiles } from './dataset.ts';
import { readFeatureSets } from './feature-sets.ts';
import { hoursOf, hoursSql, readLogInfo } from './layout.ts';
import { replaceDirectory } from './replace.ts';
import { openWriter } from './write.ts';

export interface LogToDatasetOptions {
  /** Log directory. */
  readonly log: string;
  readonly items: readonly Item[];
  /** Data set to make; an existing one is replaced as a whole. */
  readonly out: string;
}

export interface LogToDatasetReport extends DatasetInfo {
  readonly out: string;
  readonly rejectedByCode: Readonly<Record<string, number>>;
}

/**
 * Makes a data set of a log: a site's own traffic, to train on. Events of items that the catalogue lacks are rejected. An impression in the edge's
 * order that does not tell its propensity gets the one that its slate was logged with.
 * @throws Failure `no-data` when no event can be used; `bad-input` when it is no log.
 */
export async function logToDataset({ log, items, out }: LogToDatasetOptions): Promise<LogToDatasetReport> {
  const { site } = await readLogInfo(log);
  const hours = { event: await hoursOf(log, 'event'), slate: await hoursOf(log, 'slate') };
  if (hours.event.length === 0) throw new Failure('no-data', `${log} holds no events yet.`);
  return replaceDirectory(out, datasetFiles.info, async (directory, scratch) => {
    const database = await openDatabase(scratch);
    try {
      const writer = await openWriter(database);
      const known = await database.writer('known', { id: 'VARCHAR' });
      for (const item of items) {
        writer.item(item);
        known.write([item.id]);
      }
      known.close();
      await database.run(
        `CREATE VIEW logged AS SELECT NULL::VARCHAR AS entities WHERE false UNION ALL BY NAME FROM ${hoursSql(log, 'event', hours.event)}`,
      );
      await database.run(propensitySql(log, hours.slate));
      const rejected = await writeRejected(database, join(directory, datasetFiles.rejected));
      const taken = await writer.insert(draftSql);
      if (taken === 0)
        throw new Failure(
          'no-data',
          `No event of ${log} is of an item of the catalogue.`,
          'Name the right catalogue with --items.',
        );
      const sets = await readFeatureSets(log);
      if (hours.slate.length > 0 && sets.length > 0) {
        await writer.slates(servedSql(log, hours.slate, sets));
        await writeFile(join(directory, datasetFiles.featureSets), canonicalJson(sets));
      }
      const info = await writer.finish(directory, `${site} (${basename(resolve(log))})`, rejected);
      return { ...info, out, rejectedByCode: rejected > 0 ? { 'unknown-item': rejected } : {} };
    } finally {
      database.close();
    }
  });
}

/** Propensities of what the edge put where: slate, item, 0-based position. A slate in device order has other positions. */
const propensitySql = (log: string, hours: readonly string[]): string =>
  hours.length === 0
    ? `CREATE VIEW served AS SELECT '' AS slate, '' AS item, 0 AS position, 0::DOUBLE AS propensity WHERE false`
    : `CREATE VIEW served AS SELECT slate, unnest(items) AS item, unnest(range(len(items)))::INTEGER AS position, unnest(propensities) AS propensity
       FROM ${hoursSql(log, 'slate', hours)} WHERE slate IN (SELECT slate FROM logged WHERE type = 'impression' AND propensity IS NULL AND "order" = 'edge')`;

/** Slates that events name, whose served values some feature set explains; one row each. */
const servedSql = (log: string, hours: readonly string[], sets: readonly FeatureSetDocument[]): string => `
  SELECT slate, "featureHash", items, served FROM ${hoursSql(log, 'slate', hours)}
  WHERE octet_length(served) > 0 AND "featureHash" IN (${sets.map(({ hash }) => quote(hash)).join(', ')})
    AND slate IN (SELECT slate FROM draft WHERE slate IS NOT NULL)
  ORDER BY "issuedAtMs", slate`;

/** Rows of the writer's table of drafts. */
const draftSql = `
  SELECT logged.id, type, "user", session, logged.item, tMs::DOUBLE AS tMs, surface, logged.slate, logged.position,
    coalesce(logged.propensity, served.propensity) AS propensity, "order", value, quantity, verified, entities
  FROM logged SEMI JOIN known ON known.id = logged.item
    LEFT JOIN served ON served.slate = logged.slate AND served.item = logged.item AND served.position = logged.position
      AND logged.type = 'impression' AND logged."order" = 'edge'`;

/** One line per event of an unknown item. @returns how many. */
async function writeRejected(database: Database, path: string): Promise<number> {
  let count = 0;
  async function* lines() {
    for await (const chunk of database.chunks(
      `SELECT hour, item, to_json(logged)::VARCHAR AS raw FROM logged ANTI JOIN known ON known.id = logged.item ORDER BY tMs, id`,
    )) {
      const [hours, items, rows] = [chunk.strings(0), chunk.strings(1), chunk.strings(2)];
      count += chunk.rows;
      yield hours
        .map((hour, i) => {
          const reason = `item ${items[i]} is not in the catalogue`;
          return `${JSON.stringify({ file: `event/hour=${hour}`, code: 'unknown-item', reason, raw: rows[i] })}\n`;
        })
        .join('');
    }
  }
  await pipeline(lines, createWriteStream(path));
  return count;
}
