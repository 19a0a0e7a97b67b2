import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, quote } from '../adapter/duckdb.ts';
import { hourFactors, weekdayFactors } from './calendar.ts';
import type { Catalogue } from './catalogue.ts';
import { coefficients, examination } from './choice.ts';
import { exploration } from './policy.ts';
import type { ImpressionTruth } from './session.ts';
import type { ShopOptions, TasteTruth } from './shop.ts';
import { driftPerDay, switchPerDay } from './taste.ts';
import { brands, categories } from './vocabulary.ts';

/** Files of the truth beside the data; described in docs/data.md. */
export const truthFiles = {
  model: 'truth.json',
  tastes: 'truth-tastes.parquet',
  impressions: 'truth-impressions.parquet',
} as const;

export interface TruthWriter {
  taste(truth: TasteTruth): void;
  impression(truth: ImpressionTruth): void;
  finish(directory: string, seed: number, options: ShopOptions, catalogue: Catalogue): Promise<void>;
}

export async function openTruth(database: Database): Promise<TruthWriter> {
  const tastes = await database.writer('taste', {
    user: 'VARCHAR',
    session: 'VARCHAR',
    tMs: 'DOUBLE',
    intent: 'INTEGER',
    priceLevel: 'DOUBLE',
    style: 'VARCHAR',
    categories: 'VARCHAR',
    brands: 'VARCHAR',
  });
  const impressions = await database.writer('seen', { id: 'VARCHAR', examined: 'BOOLEAN', clickProbability: 'DOUBLE' });
  return {
    taste({ user, session, tMs, taste, intent }) {
      const lists = [taste.style, taste.categories, taste.brands].map((values) => JSON.stringify([...values]));
      tastes.write([user, session, tMs, intent, taste.priceLevel, ...lists]);
    },
    impression({ id, examined, clickProbability }) {
      impressions.write([id, examined, clickProbability]);
    },
    async finish(directory, seed, options, catalogue) {
      tastes.close();
      impressions.close();
      const copy = (sql: string, file: string) =>
        database.run(`COPY (${sql}) TO ${quote(join(directory, file))} (FORMAT parquet, COMPRESSION zstd)`);
      const lists = ['style', 'categories', 'brands'].map((name) => `${name}::JSON::DOUBLE[] AS ${name}`);
      await copy(
        `SELECT * REPLACE (tMs::BIGINT AS tMs, ${lists.join(', ')}) FROM taste ORDER BY tMs, session`,
        truthFiles.tastes,
      );
      await copy('SELECT * FROM seen ORDER BY id', truthFiles.impressions);
      await writeFile(join(directory, truthFiles.model), `${JSON.stringify(modelTruth(seed, options, catalogue))}\n`);
    },
  };
}

const modelTruth = (seed: number, options: ShopOptions, catalogue: Catalogue) => ({
  version: 1,
  seed,
  options,
  choice: coefficients,
  /** P(examined | position). */
  examination,
  policy: { exploration },
  drift: { driftPerDay, switchPerDay },
  calendar: { weekdayFactors, hourFactors },
  categories: categories.map(({ name, department, peakDay }) => ({
    name,
    department,
    ...(peakDay !== undefined && { peakDay }),
  })),
  brands,
  items: catalogue.items.map(({ item, category, brand, style, quality, priceLevel }) => {
    return { id: item.id, category, brand, style: [...style], quality, priceLevel };
  }),
});
