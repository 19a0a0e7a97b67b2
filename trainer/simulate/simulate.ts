import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openDatabase } from '../adapter/duckdb.ts';
import { Failure } from '../failure.ts';
import { type DatasetInfo, datasetFiles } from '../log/dataset.ts';
import { replaceDirectory } from '../log/replace.ts';
import { openWriter } from '../log/write.ts';
import { type Progress, silentProgress } from '../progress.ts';
import { createRandom } from './random.ts';
import { type ShopOptions, simulateShop } from './shop.ts';
import { openTruth } from './truth.ts';

export interface SimulateOptions extends Partial<ShopOptions> {
  /** Data-set directory to make; an existing data set there is replaced as a whole. */
  readonly out: string;
  readonly seed?: number;
  readonly progress?: Progress;
}

/** A shop that trains within a minute. It opens on a Monday. */
export const simulateDefaults = { seed: 1, items: 2000, visitors: 3000, days: 75, fromMs: Date.UTC(2026, 7, 3) } as const;

/**
 * Simulates a shop into a data-set directory with its truth beside it. The same options give the same bytes.
 * @throws Failure `no-data` when so few visitors came that nothing happened.
 */
export async function simulateDataset({ out, progress = silentProgress, ...given }: SimulateOptions): Promise<DatasetInfo> {
  const { seed, ...options } = { ...simulateDefaults, ...given };
  return replaceDirectory(out, datasetFiles.info, async (directory, scratch) => {
    const database = await openDatabase(scratch);
    try {
      const writer = await openWriter(database);
      const truth = await openTruth(database);
      let events = 0;
      const sink = {
        event(event: Parameters<typeof writer.event>[0]) {
          events++;
          writer.event(event);
        },
        impression: truth.impression,
        taste: truth.taste,
      };
      const catalogue = await progress.step(`Simulating ${options.visitors} visitors over ${options.days} days`, (say) =>
        simulateShop(createRandom(seed), options, sink, async (day) => {
          say(`day ${day + 1}: ${events} events`);
          await setImmediate();
        }),
      );
      if (events === 0) throw new Failure('no-data', 'Nobody visited the shop.', 'Ask for more --visitors or --days.');
      for (const { item } of catalogue.items) writer.item(item);
      await writeFile(join(directory, datasetFiles.rejected), '');
      return await progress.step('Writing Parquet', async () => {
        await truth.finish(directory, seed, options, catalogue);
        return writer.finish(directory, `shop-${seed}`, 0);
      });
    } finally {
      database.close();
    }
  });
}
